package dev.varve.image.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code HEALTHCHECK [--interval=30s ...] CMD command} and {@code HEALTHCHECK NONE}. */
final class HealthCheckSyntax {
  private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|ms|s|m|h)");
  private static final long MIN_NANOS = 1_000_000;

  private HealthCheckSyntax() {}

  static RunConfig.HealthCheck parse(String text) {
    String rest = text;
    long interval = 0;
    long timeout = 0;
    long startPeriod = 0;
    long startInterval = 0;
    int retries = 0;
    while (rest.startsWith("--")) {
      String[] parts = rest.split("\\s+", 2);
      String[] flag = parts[0].split("=", 2);
      String value = flag.length < 2 ? "" : flag[1];
      switch (flag[0]) {
        case "--interval" -> interval = nanos(value);
        case "--timeout" -> timeout = nanos(value);
        case "--start-period" -> startPeriod = nanos(value);
        case "--start-interval" -> startInterval = nanos(value);
        case "--retries" -> retries = count(value);
        default -> throw ChangeInstruction.refusal("unknown flag: " + flag[0]);
      }
      rest = parts.length < 2 ? "" : parts[1];
    }
    return new RunConfig.HealthCheck(
        test(rest), interval, timeout, startPeriod, startInterval, retries);
  }

  private static List<String> test(String rest) {
    String[] parts = rest.split("\\s+", 2);
    String argument = parts.length < 2 ? "" : parts[1].strip();
    return switch (parts[0].toUpperCase(Locale.ROOT)) {
      case "NONE" -> {
        if (!argument.isEmpty()) {
          throw ChangeInstruction.refusal("HEALTHCHECK NONE takes no arguments");
        }
        yield List.of("NONE");
      }
      case "CMD" -> command(argument);
      case "" -> throw ChangeInstruction.refusal("HEALTHCHECK requires at least one argument");
      default ->
          throw ChangeInstruction.refusal(
              "Unknown type \"" + parts[0] + "\" in HEALTHCHECK (try CMD)");
    };
  }

  private static List<String> command(String argument) {
    if (argument.isEmpty()) {
      throw ChangeInstruction.refusal("missing command after HEALTHCHECK CMD");
    }
    List<String> exec = ChangeWords.jsonList(argument).orElse(List.of());
    List<String> test = new ArrayList<>();
    test.add(exec.isEmpty() ? "CMD-SHELL" : "CMD");
    test.addAll(exec.isEmpty() ? List.of(argument) : exec);
    return List.copyOf(test);
  }

  private static long nanos(String text) {
    Matcher matcher = DURATION.matcher(text);
    double nanos = 0;
    int end = 0;
    while (matcher.find() && matcher.start() == end) {
      nanos += Double.parseDouble(matcher.group(1)) * unit(matcher.group(2));
      end = matcher.end();
    }
    if (end != text.length() || (end == 0 && !text.isEmpty())) {
      throw ChangeInstruction.refusal("time: invalid duration \"" + text + "\"");
    }
    if (nanos != 0 && nanos < MIN_NANOS) {
      throw ChangeInstruction.refusal("duration \"" + text + "\" is too small: at least 1ms");
    }
    return (long) nanos;
  }

  private static double unit(String unit) {
    return switch (unit) {
      case "ns" -> 1;
      case "us" -> 1e3;
      case "ms" -> 1e6;
      case "s" -> 1e9;
      case "m" -> 60e9;
      default -> 3600e9;
    };
  }

  private static int count(String text) {
    try {
      int count = Integer.parseInt(text);
      if (count >= 0) {
        return count;
      }
    } catch (NumberFormatException e) {
      // Falls through to the refusal, which says what was given.
    }
    throw ChangeInstruction.refusal("--retries must be at least 1 (not " + text + ")");
  }
}
