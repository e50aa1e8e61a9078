package dev.varve.image.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Splits the rest of a Dockerfile instruction: quotes, backslashes, {@code $NAME}, {@code ${NAME}},
 * {@code ${NAME:-word}} and {@code ${NAME:+word}}; and the JSON form of a list.
 */
final class ChangeWords {
  private final String text;
  private final Function<String, Optional<String>> variables;
  private int at;

  private ChangeWords(String text, Function<String, Optional<String>> variables) {
    this.text = text;
    this.variables = variables;
  }

  /** The words, quotes removed and variables put in. */
  static List<String> split(String text, Function<String, Optional<String>> variables) {
    ChangeWords words = new ChangeWords(text, variables);
    List<String> found = new ArrayList<>();
    while (words.skipBlanks()) {
      found.add(words.word(true));
    }
    return found;
  }

  /** All of it as one word. */
  static String whole(String text, Function<String, Optional<String>> variables) {
    return new ChangeWords(text.strip(), variables).word(false);
  }

  /** The strings of a JSON list; empty when it is not a list of strings only. */
  static Optional<List<String>> jsonList(String text) {
    ChangeWords json = new ChangeWords(text.strip(), name -> Optional.empty());
    List<String> strings = new ArrayList<>();
    if (!json.take('[')) {
      return Optional.empty();
    }
    if (json.skipBlanks() && json.take(']')) {
      return json.at == json.text.length() ? Optional.of(strings) : Optional.empty();
    }
    while (json.skipBlanks() && json.take('"')) {
      Optional<String> string = json.jsonString();
      if (string.isEmpty()) {
        return Optional.empty();
      }
      strings.add(string.get());
      json.skipBlanks();
      if (json.take(']')) {
        return json.at == json.text.length() ? Optional.of(strings) : Optional.empty();
      }
      if (!json.take(',')) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private boolean skipBlanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at < text.length();
  }

  private boolean take(char wanted) {
    if (at < text.length() && text.charAt(at) == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private String word(boolean endsAtBlank) {
    StringBuilder word = new StringBuilder();
    char quote = 0;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (quote == 0 && endsAtBlank && Character.isWhitespace(c)) {
        break;
      }
      if (c == '\\' && quote != '\'' && at < text.length()) {
        char next = text.charAt(at++);
        if (quote == '"' && next != '"' && next != '\\' && next != '$') {
          word.append('\\');
        }
        word.append(next);
      } else if (c == '$' && quote != '\'') {
        word.append(variable());
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (quote != 0 && c == quote) {
        quote = 0;
      } else {
        word.append(c);
      }
    }
    if (quote != 0) {
      throw new IllegalArgumentException(
          "unexpected end of statement while looking for matching "
              + (quote == '"' ? "double-quote" : "single-quote"));
    }
    return word.toString();
  }

  private String variable() {
    if (!take('{')) {
      String name = name();
      return name.isEmpty() ? "$" : variables.apply(name).orElse("");
    }
    int end = text.indexOf('}', at);
    if (end < 0) {
      throw new IllegalArgumentException("syntax error: missing '}'");
    }
    String name = name();
    String rest = text.substring(at, end);
    at = end + 1;
    Optional<String> value = variables.apply(name).filter(v -> !v.isEmpty());
    if (rest.isEmpty()) {
      return value.orElse("");
    }
    if (rest.startsWith(":-")) {
      return value.orElse(rest.substring(2));
    }
    if (rest.startsWith(":+")) {
      return value.isPresent() ? rest.substring(2) : "";
    }
    throw new IllegalArgumentException("unsupported modifier (" + rest + ") in substitution");
  }

  private String name() {
    int start = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
      at++;
    }
    return text.substring(start, at);
  }

  private Optional<String> jsonString() {
    StringBuilder string = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return Optional.of(string.toString());
      }
      if (c != '\\') {
        string.append(c);
        continue;
      }
      if (at == text.length()) {
        return Optional.empty();
      }
      char escape = text.charAt(at++);
      switch (escape) {
        case 'n' -> string.append('\n');
        case 't' -> string.append('\t');
        case 'r' -> string.append('\r');
        case 'b' -> string.append('\b');
        case 'f' -> string.append('\f');
        case '"', '\\', '/' -> string.append(escape);
        case 'u' -> {
          Optional<Character> unit = hexUnit();
          if (unit.isEmpty()) {
            return Optional.empty();
          }
          string.append(unit.get().charValue());
        }
        default -> {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Character> hexUnit() {
    if (at + 4 > text.length()) {
      return Optional.empty();
    }
    int unit = 0;
    for (int end = at + 4; at < end; at++) {
      int digit = Character.digit(text.charAt(at), 16);
      if (digit < 0) {
        return Optional.empty();
      }
      unit = unit * 16 + digit;
    }
    return Optional.of((char) unit);
  }
}
