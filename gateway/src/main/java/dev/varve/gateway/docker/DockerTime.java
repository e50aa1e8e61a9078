package dev.varve.gateway.docker;

import dev.varve.gateway.http.Refusal;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Times as Docker writes and reads them. Nanoseconds since the epoch; 0 is "never". */
public final class DockerTime {
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter LOCAL =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd['T'HH[:mm[:ss]]]")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
          .parseDefaulting(ChronoField.MINUTE_OF_HOUR, 0)
          .parseDefaulting(ChronoField.SECOND_OF_MINUTE, 0)
          .toFormatter(Locale.ROOT);
  private static final Pattern UNIX = Pattern.compile("-?[0-9]{1,12}(\\.[0-9]{1,9})?");
  private static final long NANOS = 1_000_000_000L;

  private DockerTime() {}

  /** RFC 3339 with as many digits as needed; the year 1 for never. */
  public static String rfc3339(long nanos) {
    if (nanos == 0) {
      return "0001-01-01T00:00:00Z";
    }
    String digits = "%09d".formatted(Math.floorMod(nanos, NANOS)).replaceFirst("0+$", "");
    return SECONDS.format(instant(nanos)) + (digits.isEmpty() ? "" : "." + digits) + "Z";
  }

  /** RFC 3339 with always nine digits, as log lines carry it. */
  public static String fixed(long nanos) {
    return SECONDS.format(instant(nanos)) + ".%09dZ".formatted(Math.floorMod(nanos, NANOS));
  }

  public static Instant instant(long nanos) {
    return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
  }

  public static long nanos(Instant instant) {
    return instant.getEpochSecond() * NANOS + instant.getNano();
  }

  /**
   * Reads a point in time: unix seconds with up to nine decimals, or RFC 3339.
   *
   * @return 0 for an empty text
   * @throws Refusal 400
   */
  public static long parse(String text) throws Refusal {
    if (text.isEmpty()) {
      return 0;
    }
    if (UNIX.matcher(text).matches()) {
      try {
        return new BigDecimal(text).movePointRight(9).longValueExact();
      } catch (ArithmeticException e) {
        throw bad(text);
      }
    }
    try {
      return nanos(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException e) {
      throw bad(text);
    }
  }

  /**
   * Reads a point in time as {@link #parse(String)}, or a duration before now, or a date with or
   * without a time, in this machine's time zone.
   *
   * @throws Refusal 400
   */
  public static long parse(String text, Instant now) throws Refusal {
    Optional<Duration> ago = GoDuration.parse(text);
    if (ago.isPresent()) {
      return nanos(now.minus(ago.get()));
    }
    try {
      return nanos(LocalDateTime.parse(text, LOCAL).atZone(ZoneId.systemDefault()).toInstant());
    } catch (DateTimeParseException e) {
      return parse(text);
    }
  }

  private static Refusal bad(String text) {
    return Refusal.badRequest("failed to parse value as time or duration: \"" + text + "\"");
  }
}
