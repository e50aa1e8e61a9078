package dev.varve.container.adapter.logfile;

import dev.varve.container.application.StandardStreams.Source;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * One line of the file, without its newline: {@code 2026-01-01T00:00:00.000000001+00:00 stdout F
 * payload}.
 *
 * @param complete the payload ended with a newline when it was written (F); otherwise more of the
 *     same line follows, or nothing at all (P)
 * @param payloadStart index in the bytes
 */
record LogLine(Instant time, Source source, boolean complete, int payloadStart) {
  private static final int LONGEST_TIME = 40;

  /** Null for what is no such line: a torn write after a power cut, for example. */
  static @Nullable LogLine parse(byte[] bytes, int from, int to) {
    int space = from;
    while (space < to && space - from < LONGEST_TIME && bytes[space] != ' ') {
      space++;
    }
    // " stdout F " and " stderr F " are equally long.
    int tag = space + 8;
    if (tag + 1 > to || bytes[space] != ' ' || bytes[space + 7] != ' ') {
      return null;
    }
    String stream = new String(bytes, space + 1, 6, StandardCharsets.US_ASCII);
    Source source;
    switch (stream) {
      case "stdout" -> source = Source.STDOUT;
      case "stderr" -> source = Source.STDERR;
      default -> {
        return null;
      }
    }
    if (bytes[tag] != 'F' && bytes[tag] != 'P') {
      return null;
    }
    try {
      String time = new String(bytes, from, space - from, StandardCharsets.US_ASCII);
      Instant instant = OffsetDateTime.parse(time).toInstant();
      return new LogLine(instant, source, bytes[tag] == 'F', Math.min(to, tag + 2));
    } catch (DateTimeException e) {
      return null;
    }
  }
}
