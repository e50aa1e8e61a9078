package dev.varve.image.dockerfile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The {@code --name[=value]} words of an instruction, checked against what it takes. */
final class Flags {
  /** What a flag's value is. */
  enum Kind {
    TEXT,
    TEXTS,
    BOOLEAN
  }

  private final Map<String, List<Words.Word>> values = new HashMap<>();

  private Flags() {}

  /**
   * @throws DockerfileException for one that is unknown, repeated, or lacks its value
   */
  static Flags read(Clause clause, Map<String, Kind> known) {
    Flags flags = new Flags();
    for (Words.Word word : clause.flags()) {
      try {
        flags.add(word, known);
      } catch (Malformed e) {
        throw clause.refusal(word.offset(), e.reason());
      }
    }
    return flags;
  }

  /** For instructions that take none. */
  static void none(Clause clause) {
    read(clause, Map.of());
  }

  private void add(Words.Word word, Map<String, Kind> known) {
    int equals = word.text().indexOf('=');
    String written = equals < 0 ? word.text() : word.text().substring(0, equals);
    String name = written.substring(2);
    Kind kind = known.get(name);
    if (kind == null) {
      String message = "unknown flag: " + written;
      throw new Malformed(Suggestion.with(message, name, new TreeSet<>(known.keySet())));
    }
    List<Words.Word> given = values.computeIfAbsent(name, n -> new ArrayList<>());
    if (!given.isEmpty() && kind != Kind.TEXTS) {
      throw new Malformed("duplicate flag specified: " + written);
    }
    boolean missing = kind == Kind.BOOLEAN ? equals == word.text().length() - 1 : equals < 0;
    if (missing) {
      throw new Malformed("missing a value on flag: " + written);
    }
    String value = equals < 0 ? "true" : word.text().substring(equals + 1);
    if (kind == Kind.BOOLEAN && !isBoolean(value)) {
      throw new Malformed("expecting boolean value for flag " + written + ", not: " + value);
    }
    given.add(new Words.Word(value, word.offset()));
  }

  private static boolean isBoolean(String value) {
    String lower = value.toLowerCase(Locale.ROOT);
    return lower.equals("true") || lower.equals("false");
  }

  /** Values with the places of their flags. */
  List<Words.Word> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  List<String> texts(String name) {
    return all(name).stream().map(Words.Word::text).toList();
  }

  /** Empty when it is not there, or is there with nothing: Docker makes no difference. */
  Optional<String> text(String name) {
    return all(name).stream().findFirst().map(Words.Word::text).filter(t -> !t.isEmpty());
  }

  Optional<Boolean> bool(String name) {
    return all(name).stream().findFirst().map(w -> w.text().equalsIgnoreCase("true"));
  }
}
