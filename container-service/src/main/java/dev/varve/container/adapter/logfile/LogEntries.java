package dev.varve.container.adapter.logfile;

import dev.varve.container.application.ContainerLog.Form;
import dev.varve.container.application.Frames;
import dev.varve.container.application.StandardStreams.Source;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/**
 * Writes lines as entries. The monitor cuts what a program writes at every 8 KiB and where a
 * program paused; here the parts of one line become one entry again, which is cut at 16 KiB as
 * Docker does.
 */
final class LogEntries {
  private static final int LONGEST = 16 << 10;
  private static final byte[] NEWLINE = {'\n'};

  private final Frames frames;
  private final Form form;
  private final LogStamp stamp;
  private final byte[] prefix;
  private final Map<Source, Part> parts = new EnumMap<>(Source.class);

  /** What there is so far of a line that is not complete. */
  private static final class Part {
    final Instant time;
    final byte[] bytes = new byte[LONGEST];
    int length;

    Part(Instant time) {
      this.time = time;
    }
  }

  LogEntries(Frames frames, Form form, LogStamp stamp) {
    this.frames = frames;
    this.form = form;
    this.stamp = stamp;
    this.prefix = form.prefix().getBytes(StandardCharsets.UTF_8);
  }

  void add(LogLines line) {
    if (!form.whole()) {
      // Its newline stands behind it in the block.
      int end = line.complete ? line.end + 1 : line.end;
      frames.extend(line.source, line.bytes(), line.payload, end - line.payload);
      return;
    }
    Part part = parts.get(line.source);
    if (part == null && line.complete) {
      begin(line.source, line.time, line.end - line.payload);
      frames.append(line.bytes(), line.payload, line.end + 1 - line.payload);
      frames.end();
      return;
    }
    if (part == null) {
      part = new Part(line.time);
      parts.put(line.source, part);
    }
    collect(line, part);
    if (line.complete) {
      write(line.source, part, true);
      parts.remove(line.source);
    }
  }

  private void collect(LogLines line, Part part) {
    int from = line.payload;
    while (from < line.end) {
      int count = Math.min(LONGEST - part.length, line.end - from);
      System.arraycopy(line.bytes(), from, part.bytes, part.length, count);
      part.length += count;
      from += count;
      if (part.length == LONGEST) {
        write(line.source, part, false);
        part.length = 0;
      }
    }
  }

  private void write(Source source, Part part, boolean complete) {
    begin(source, part.time, part.length);
    frames.append(part.bytes, 0, part.length);
    if (complete) {
      frames.append(NEWLINE, 0, 1);
    }
    frames.end();
  }

  private void begin(Source source, Instant time, int length) {
    frames.begin(source, length + LogStamp.BYTES + prefix.length + 1);
    if (form.timestamps()) {
      byte[] text = stamp.text(time);
      frames.append(text, 0, text.length);
    }
    frames.append(prefix, 0, prefix.length);
  }

  boolean hasParts() {
    return parts.values().stream().anyMatch(part -> part.length > 0);
  }

  /** Writes what has no newline yet, such as a prompt. */
  void flush() {
    parts.forEach((source, part) -> {
      if (part.length > 0) {
        write(source, part, false);
      }
    });
    parts.clear();
  }
}
