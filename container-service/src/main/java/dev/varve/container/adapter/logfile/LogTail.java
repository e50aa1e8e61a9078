package dev.varve.container.adapter.logfile;

import dev.varve.container.application.ContainerLog.Query;
import dev.varve.container.application.StandardStreams.Source;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** Finds where the last lines of a file begin, reading blocks from its end. */
final class LogTail {
  private static final int BLOCK = 64 << 10;

  private final FileChannel file;
  private final Query query;
  private final int wanted;
  private final Set<Source> seen = EnumSet.noneOf(Source.class);
  private int counted;

  private LogTail(FileChannel file, Query query, int wanted) {
    this.file = file;
    this.query = query;
    this.wanted = wanted;
  }

  /**
   * @param size of the file, up to which it is looked at
   * @return the offset from which on exactly {@code wanted} lines are left, or 0
   */
  static long start(FileChannel file, long size, Query query, int wanted) throws IOException {
    return wanted == 0 ? size : new LogTail(file, query, wanted).find(size);
  }

  private long find(long size) throws IOException {
    byte[] rest = new byte[0];
    long at = size;
    while (at > 0) {
      int length = (int) Math.min(BLOCK, at);
      at -= length;
      byte[] block = read(at, length, rest);
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
  private byte[] read(long at, int length, byte[] rest) throws IOException {
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
    LogLine line = LogLine.parse(block, from, to);
    if (line == null || !LogReader.isWanted(query, line.source())) {
      return false;
    }
    if (query.until().isPresent() && line.time().isAfter(query.until().get())) {
      return false;
    }
    boolean last = seen.add(line.source());
    if ((line.complete() || last) && ++counted > wanted) {
      return true;
    }
    return false;
  }
}
