package dev.varve.container.adapter.logfile;

import dev.varve.container.application.ContainerLog.Query;
import dev.varve.container.application.Frames;
import dev.varve.container.application.StandardStreams.Source;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds where the last lines of a log begin: from the newest file to the oldest, a plain one in
 * blocks from its end, a compressed one by counting it through.
 */
final class LogTail {
  private static final int BLOCK = 64 << 10;

  /** Holds the few lines that most ask for. */
  private static final int FIRST_BLOCK = 8 << 10;

  private final LogFiles files;
  private final Query query;
  private final Frames wantedStreams;
  private final LogLines lines = new LogLines();
  private final Set<Source> seen = EnumSet.noneOf(Source.class);
  private long missing;

  private LogTail(LogFiles files, Query query, int wanted) {
    this.files = files;
    this.query = query;
    this.wantedStreams = new Frames(false, query.stdout(), query.stderr());
    this.missing = wanted;
  }

  /**
   * @param offset of uncompressed bytes
   * @param opened the file, to be read on from its beginning, when it is still open
   */
  record Start(long number, long offset, Optional<LogFiles.Opened> opened) {}

  /** From where on exactly so many lines are left, or all that there are. */
  static Start of(LogFiles files, Query query, int wanted) throws IOException {
    return new LogTail(files, query, wanted).find();
  }

  private Start find() throws IOException {
    LogFiles.Listing listing = files.list();
    long newest = listing.last() + 1;
    long oldest = listing.first();
    Start start = new Start(newest, 0, Optional.empty());
    for (long number = newest; number >= oldest; number--) {
      Optional<LogFiles.Opened> opened = files.open(number, listing);
      if (opened.isPresent() && opened.get().number() != number) {
        opened.get().source().close();
        return start; // older ones have been deleted
      }
      if (opened.isPresent()) {
        start = within(opened.get(), number == oldest);
        if (start.offset() > 0) {
          return start;
        }
      } else if (number < newest) {
        return start;
      }
    }
    return start;
  }

  /** The offset is 0 when older files have to be looked at, too, if there are any. */
  private Start within(LogFiles.Opened opened, boolean oldest) throws IOException {
    LogSource source = opened.source();
    boolean stays = false;
    try {
      long offset =
          switch (source) {
            case LogSource.Plain(FileChannel channel) -> backwards(channel);
            case LogSource.Compressed compressed -> forwards(compressed, opened.number());
          };
      stays = source instanceof LogSource.Plain && (offset > 0 || oldest);
      return new Start(opened.number(), offset, stays ? Optional.of(opened) : Optional.empty());
    } finally {
      if (!stays) {
        source.close();
      }
    }
  }

  /** 0 when older files have to be looked at, too. */
  private long backwards(FileChannel file) throws IOException {
    long size = file.size();
    byte[] rest = new byte[0];
    long at = size;
    while (at > 0) {
      int length = (int) Math.min(at == size ? FIRST_BLOCK : BLOCK, at);
      at -= length;
      byte[] block = read(file, at, length, rest);
      int end = block.length;
      // Lines from the last to the first; what is before the first newline belongs to a later
      // block.
      for (int i = end - 1; i >= 0; i--) {
        if (block[i] == '\n') {
          if (i + 1 < end && isOneTooMany(block, i + 1, end)) {
            return at + end + (end < block.length ? 1 : 0);
          }
          end = i;
        }
      }
      if (at == 0) {
        return end > 0 && isOneTooMany(block, 0, end) ? Math.min(size, (long) end + 1) : 0;
      }
      rest = Arrays.copyOf(block, Math.min(block.length, end + 1));
    }
    return 0;
  }

  /** A block with what was left of the one after it. */
  private static byte[] read(FileChannel file, long at, int length, byte[] rest)
      throws IOException {
    byte[] block = new byte[length + rest.length];
    ByteBuffer buffer = ByteBuffer.wrap(block, 0, length);
    while (buffer.hasRemaining()) {
      if (file.read(buffer, at + buffer.position()) < 0) {
        throw new EOFException("log truncated while reading");
      }
    }
    System.arraycopy(rest, 0, block, length, rest.length);
    return block;
  }

  /** Counts the ends of lines; the last part of a line not yet complete is an end, too. */
  private boolean isOneTooMany(byte[] block, int from, int to) {
    if (!lines.parse(block, from, to) || !counts()) {
      return false;
    }
    boolean last = seen.add(lines.source);
    if (lines.complete || last) {
      missing--;
    }
    return missing < 0;
  }

  private boolean counts() {
    return wantedStreams.isWanted(lines.source)
        && (query.until().isEmpty() || !lines.time.isAfter(query.until().get()));
  }

  /** Reads a compressed file once to count its lines, and again to where the wanted ones begin. */
  private long forwards(LogSource source, long number) throws IOException {
    long ends = 0;
    Map<Source, Boolean> lastIsComplete = new EnumMap<>(Source.class);
    while (nextOf(source)) {
      if (counts()) {
        ends += lines.complete ? 1 : 0;
        lastIsComplete.put(lines.source, lines.complete);
      }
    }
    lines.drop();
    Set<Source> unfinished = EnumSet.noneOf(Source.class);
    lastIsComplete.forEach((stream, complete) -> {
      if (seen.add(stream) && !complete) {
        unfinished.add(stream);
      }
    });
    long all = ends + unfinished.size();
    if (all <= missing) {
      missing -= all;
      return 0;
    }
    long passed = all - missing;
    missing = 0;
    return offsetBehind(number, passed);
  }

  private long offsetBehind(long number, long passed) throws IOException {
    Optional<LogFiles.Opened> again = files.open(number);
    if (again.isEmpty()) {
      return 0;
    }
    try (LogSource source = again.get().source()) {
      if (again.get().number() != number) {
        return 0;
      }
      long left = passed;
      while (left > 0 && nextOf(source)) {
        if (counts() && lines.complete) {
          left--;
        }
      }
      return lines.offset();
    } finally {
      lines.drop();
    }
  }

  private boolean nextOf(LogSource source) throws IOException {
    while (!lines.next()) {
      if (!lines.fill(source)) {
        return false;
      }
    }
    return true;
  }
}
