package dev.varve.container.adapter.logfile;

import dev.varve.container.application.ContainerLog.Query;
import dev.varve.container.application.StandardStreams.Source;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a log says, computed the simple way, from all of the monitor's lines at once. */
final class LogModel {
  /** A line of a monitor. */
  record Line(Instant time, Source source, boolean complete, byte[] payload) {
    byte[] bytes() {
      String stamp = time.toString().replace("Z", "");
      stamp += stamp.contains(".") ? "0".repeat(29 - stamp.length()) : ".000000000";
      String head =
          stamp
              + "+00:00 "
              + (source == Source.STDOUT ? "stdout" : "stderr")
              + (complete ? " F " : " P ");
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      line.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
      line.writeBytes(payload);
      line.write('\n');
      return line.toByteArray();
    }
  }

  /** An entry as a client sees it; text in ISO-8859-1, so that no byte is lost. */
  record Entry(Source source, String text) {}

  private LogModel() {}

  static List<Entry> entries(List<Line> lines, Query query) {
    List<Line> wanted = new ArrayList<>();
    for (Line line : tail(lines, query)) {
      boolean isWanted = line.source() == Source.STDOUT ? query.stdout() : query.stderr();
      if (isWanted && query.until().isPresent() && line.time().isAfter(query.until().get())) {
        break;
      }
      if (isWanted && (query.since().isEmpty() || !line.time().isBefore(query.since().get()))) {
        wanted.add(line);
      }
    }
    return joined(wanted);
  }

  private static List<Line> tail(List<Line> lines, Query query) {
    if (query.tail().isEmpty()) {
      return lines;
    }
    int left = query.tail().getAsInt();
    if (left == 0) {
      return List.of();
    }
    List<Source> seen = new ArrayList<>();
    for (int i = lines.size() - 1; i >= 0; i--) {
      Line line = lines.get(i);
      boolean isWanted = line.source() == Source.STDOUT ? query.stdout() : query.stderr();
      if (!isWanted || query.until().isPresent() && line.time().isAfter(query.until().get())) {
        continue;
      }
      boolean first = !seen.contains(line.source());
      seen.add(line.source());
      if ((line.complete() || first) && --left < 0) {
        return lines.subList(i + 1, lines.size());
      }
    }
    return lines;
  }

  private static List<Entry> joined(List<Line> lines) {
    List<Entry> entries = new ArrayList<>();
    Map<Source, ByteArrayOutputStream> parts = new EnumMap<>(Source.class);
    for (Line line : lines) {
      ByteArrayOutputStream part =
          parts.computeIfAbsent(line.source(), _ -> new ByteArrayOutputStream());
      for (byte b : line.payload()) {
        part.write(b);
        if (part.size() == 16 << 10) {
          entries.add(entry(line.source(), part));
          part.reset();
        }
      }
      if (line.complete()) {
        part.write('\n');
        entries.add(entry(line.source(), part));
        parts.remove(line.source());
      }
    }
    parts.forEach((source, part) -> {
      if (part.size() > 0) {
        entries.add(entry(source, part));
      }
    });
    return entries;
  }

  private static Entry entry(Source source, ByteArrayOutputStream bytes) {
    return new Entry(source, bytes.toString(StandardCharsets.ISO_8859_1));
  }

  /** What {@link dev.varve.container.application.Frames} wrote. */
  static List<Entry> parsed(byte[] frames) {
    List<Entry> entries = new ArrayList<>();
    int at = 0;
    while (at < frames.length) {
      int length = ByteBuffer.wrap(frames).getInt(at + 4);
      byte[] text = Arrays.copyOfRange(frames, at + 8, at + 8 + length);
      entries.add(
          new Entry(
              frames[at] == 1 ? Source.STDOUT : Source.STDERR,
              new String(text, StandardCharsets.ISO_8859_1)));
      at += 8 + length;
    }
    return entries;
  }
}
