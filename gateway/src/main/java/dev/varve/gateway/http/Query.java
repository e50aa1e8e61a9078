package dev.varve.gateway.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A request's query, read by Docker's rules. */
public final class Query {
  private static final Set<String> FALSE_WORDS = Set.of("", "0", "no", "false", "none");

  private final Map<String, List<String>> values;

  private Query(Map<String, List<String>> values) {
    this.values = values;
  }

  /**
   * Parses what stands behind the question mark.
   *
   * @throws Refusal 400 when it is not well escaped
   */
  public static Query parse(String text) throws Refusal {
    Map<String, List<String>> values = new LinkedHashMap<>();
    if (text.isEmpty()) {
      return new Query(values);
    }
    for (String pair : text.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String key = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      values.computeIfAbsent(decode(key, true), _ -> new ArrayList<>()).add(decode(value, true));
    }
    return new Query(values);
  }

  /** The first value; empty when there is none. */
  public String text(String key) {
    return optional(key).orElse("");
  }

  public Optional<String> optional(String key) {
    return Optional.ofNullable(values.get(key)).map(List::getFirst);
  }

  public List<String> all(String key) {
    return List.copyOf(values.getOrDefault(key, List.of()));
  }

  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** Absent and the words for no are false, all else is true. */
  public boolean flag(String key) {
    return isTrue(text(key));
  }

  public boolean flag(String key, boolean whenAbsent) {
    return has(key) ? flag(key) : whenAbsent;
  }

  /**
   * A whole number.
   *
   * @throws Refusal 400 in the words of Go's strconv
   */
  public OptionalInt integer(String key) throws Refusal {
    String text = text(key);
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseInt(text));
    } catch (NumberFormatException e) {
      throw Refusal.badRequest("strconv.Atoi: parsing \"" + text + "\": invalid syntax");
    }
  }

  static boolean isTrue(String text) {
    return !FALSE_WORDS.contains(text.strip().toLowerCase(Locale.ROOT));
  }

  /**
   * Undoes percent-encoding strictly.
   *
   * @throws Refusal 400 when the text is not well escaped or not UTF-8
   */
  static String decode(String text, boolean plusIsSpace) throws Refusal {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
      return text; // a request target is ASCII
    }
    ByteBuffer bytes = ByteBuffer.allocate(text.length());
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '%') {
        if (at + 2 >= text.length()
            || Character.digit(text.charAt(at + 1), 16) < 0
            || Character.digit(text.charAt(at + 2), 16) < 0) {
          String part = text.substring(at, Math.min(at + 3, text.length()));
          throw Refusal.badRequest("invalid URL escape \"" + part + "\"");
        }
        bytes.put((byte) Integer.parseInt(text.substring(at + 1, at + 3), 16));
        at += 2;
      } else {
        bytes.put((byte) (c == '+' && plusIsSpace ? ' ' : c));
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw Refusal.badRequest("the request target is not UTF-8");
    }
  }
}
