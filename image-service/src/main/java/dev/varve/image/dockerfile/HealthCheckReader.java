package dev.varve.image.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** HEALTHCHECK. */
final class HealthCheckReader {
  private static final Map<String, Flags.Kind> FLAGS =
      Map.of(
          "interval", Flags.Kind.TEXT,
          "timeout", Flags.Kind.TEXT,
          "start-period", Flags.Kind.TEXT,
          "start-interval", Flags.Kind.TEXT,
          "retries", Flags.Kind.TEXT);
  private static final long LEAST_NANOS = 1_000_000;

  private final Clause clause;
  private final Flags flags;

  private HealthCheckReader(Clause clause, Flags flags) {
    this.clause = clause;
    this.flags = flags;
  }

  static Instruction read(Clause clause, Source source) {
    String rest = clause.rest();
    if (rest.isEmpty()) {
      throw clause.needsOneArgument();
    }
    int end = Words.endOfWord(rest, 0);
    int command = Words.skipBlanks(rest, end);
    String kind = rest.substring(0, end).toUpperCase(Locale.ROOT);
    if (kind.equals("NONE")) {
      if (command < rest.length()) {
        throw clause.refusal("HEALTHCHECK NONE takes no arguments");
      }
      return new Instruction.HealthCheck(source, List.of(kind), 0, 0, 0, 0, 0);
    }
    HealthCheckReader reader = new HealthCheckReader(clause, Flags.read(clause, FLAGS));
    if (!kind.equals("CMD")) {
      throw clause.refusal("Unknown type " + Quoted.of(kind) + " in HEALTHCHECK (try CMD)");
    }
    return new Instruction.HealthCheck(
        source,
        reader.test(clause.restAt() + command),
        reader.nanos("interval"),
        reader.nanos("timeout"),
        reader.nanos("start-period"),
        reader.nanos("start-interval"),
        reader.retries());
  }

  private List<String> test(int from) {
    Optional<List<String>> words = clause.execForm(from);
    String text = clause.line().substring(from);
    if (words.map(List::isEmpty).orElse(text.isEmpty())) {
      throw clause.refusal("Missing command after HEALTHCHECK CMD");
    }
    List<String> test = new ArrayList<>();
    test.add(words.isPresent() ? "CMD" : "CMD-SHELL");
    test.addAll(words.orElse(List.of(text)));
    return test;
  }

  private long nanos(String flag) {
    String text = flags.text(flag).orElse("0");
    try {
      long nanos = GoDuration.nanos(text);
      if (nanos != 0 && nanos < LEAST_NANOS) {
        throw new Malformed("Interval " + Quoted.of(flag) + " cannot be less than 1ms");
      }
      return nanos;
    } catch (Malformed e) {
      throw clause.refusal(flags.all(flag).getFirst().offset(), e.reason());
    }
  }

  private int retries() {
    String text = flags.text("retries").orElse("0");
    int spot = flags.all("retries").stream().findFirst().map(Words.Word::offset).orElse(0);
    int retries;
    try {
      retries = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      String why = text.matches("[+-]?\\d+") ? "value out of range" : "invalid syntax";
      throw clause.refusal(spot, "strconv.ParseInt: parsing " + Quoted.of(text) + ": " + why);
    }
    if (retries < 0) {
      throw clause.refusal(spot, "--retries cannot be negative (" + retries + ")");
    }
    return retries;
  }
}
