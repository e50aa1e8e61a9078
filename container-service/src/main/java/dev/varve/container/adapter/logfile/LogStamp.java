package dev.varve.container.adapter.logfile;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The time at the beginning of a line, {@code 2026-01-01T00:00:00.000000001+00:00}. All that a
 * monitor reads at once has the same, so the last one is remembered.
 */
final class LogStamp {
  static final int BYTES = 35;

  private static final DateTimeFormatter DOCKER =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final byte[] seen = new byte[BYTES];
  private @Nullable Instant time;
  private byte @Nullable [] text;

  /** Null for what is no time. */
  @Nullable Instant parse(byte[] bytes, int from) {
    if (!Arrays.equals(bytes, from, from + BYTES, seen, 0, BYTES)) {
      System.arraycopy(bytes, from, seen, 0, BYTES);
      text = null;
      try {
        time = OffsetDateTime.parse(new String(seen, StandardCharsets.US_ASCII)).toInstant();
      } catch (DateTimeException e) {
        time = null;
      }
    }
    return time;
  }

  /** As Docker writes it before a line, with a space behind. */
  byte[] text(Instant instant) {
    byte[] known = text;
    if (known == null || !instant.equals(time)) {
      known = (DOCKER.format(instant) + " ").getBytes(StandardCharsets.US_ASCII);
      if (instant.equals(time)) {
        text = known;
      }
    }
    return known;
  }
}
