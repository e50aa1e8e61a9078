package dev.varve.gateway.docker;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Docker's clients write them: {@code 24h}, {@code 1h30m}, {@code 1.5s}. */
final class GoDuration {
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);
  private static final String PART = "([0-9]{1,18}(?:\\.[0-9]{0,9})?)(ns|us|µs|ms|s|m|h)";
  private static final Pattern WHOLE = Pattern.compile("(?:" + PART + "){1,16}");
  private static final Pattern ONE = Pattern.compile(PART);

  private GoDuration() {}

  /** Empty when the text is none, or one beyond three centuries. */
  static Optional<Duration> parse(String text) {
    boolean negative = text.startsWith("-");
    String digits = negative || text.startsWith("+") ? text.substring(1) : text;
    if (!WHOLE.matcher(digits).matches()) {
      return Optional.empty();
    }
    BigDecimal nanos = BigDecimal.ZERO;
    Matcher part = ONE.matcher(digits);
    while (part.find()) {
      long unit = NANOS.getOrDefault(part.group(2), 0L);
      nanos = nanos.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit)));
    }
    if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      return Optional.empty();
    }
    return Optional.of(Duration.ofNanos(negative ? -nanos.longValue() : nanos.longValue()));
  }
}
