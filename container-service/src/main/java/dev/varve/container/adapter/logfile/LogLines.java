package dev.varve.container.adapter.logfile;

import dev.varve.container.application.StandardStreams.Source;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;

/**
 * Splits a file into lines, {@code 2026-01-01T00:00:00.000000001+00:00 stdout F payload}, where F
 * says that the payload ended with a newline when it was written, and P that more of the same line
 * follows, or nothing at all. A block is read at a time and lines are looked at where they lie.
 *
 * <p>For one thread. The fields are those of the line that {@link #next} found.
 */
final class LogLines {
  /** The longest line of a monitor is not much longer than 8 KiB. */
  private static final int BLOCK = 256 << 10;

  private static final int HEAD = LogStamp.BYTES + " stdout F ".length();
  private static final byte[] STDOUT = {'s', 't', 'd', 'o', 'u', 't'};
  private static final byte[] STDERR = {'s', 't', 'd', 'e', 'r', 'r'};
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long NEWLINES = 0x0a0a0a0a0a0a0a0aL;
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private final LogStamp stamp = new LogStamp();
  private byte[] block = new byte[8 << 10];
  private int at;
  private int filled;
  private int searched;
  private long before;

  Instant time = Instant.EPOCH;
  Source source = Source.STDOUT;
  boolean complete;
  int payload;
  int end;

  /** Of the block; where {@link #payload} and {@link #end} point to, until {@link #fill}. */
  byte[] bytes() {
    return block;
  }

  LogStamp stamp() {
    return stamp;
  }

  /**
   * Reads on.
   *
   * @return false at the present end
   */
  boolean fill(LogSource from) throws IOException {
    boolean full = filled == block.length;
    System.arraycopy(block, at, block, 0, filled - at);
    before += at;
    filled -= at;
    at = 0;
    if (full && block.length < BLOCK) {
      block = Arrays.copyOf(block, BLOCK);
    } else if (filled == block.length) {
      // No line is so long: these are the remains of something torn.
      before += filled;
      filled = 0;
    }
    searched = filled;
    int count = from.read(block, filled, block.length - filled);
    filled += Math.max(0, count);
    return count > 0;
  }

  /** Forgets what is not a line yet: the next {@link #fill} is from another file. */
  void drop() {
    at = 0;
    filled = 0;
    searched = 0;
    before = 0;
  }

  /** Of the end of the line that {@link #next} found, in what was filled in. */
  long offset() {
    return before + at;
  }

  /** Finds the next line; false when more must be read first. What is no line is passed over. */
  boolean next() {
    while (true) {
      int newline = newline(block, searched, filled);
      if (newline < 0) {
        searched = filled;
        return false;
      }
      int from = at;
      at = newline + 1;
      searched = at;
      if (parse(block, from, newline)) {
        return true;
      }
    }
  }

  /** False for what is no line of a monitor: a torn write after a full disk, for example. */
  boolean parse(byte[] bytes, int from, int to) {
    if (to - from < HEAD - 1) {
      return false;
    }
    int name = from + LogStamp.BYTES + 1;
    if (bytes[name - 1] != ' ' || bytes[name + STDOUT.length] != ' ') {
      return false;
    }
    byte tag = bytes[name + STDOUT.length + 1];
    if (tag != 'F' && tag != 'P') {
      return false;
    }
    if (Arrays.equals(bytes, name, name + STDOUT.length, STDOUT, 0, STDOUT.length)) {
      source = Source.STDOUT;
    } else if (Arrays.equals(bytes, name, name + STDERR.length, STDERR, 0, STDERR.length)) {
      source = Source.STDERR;
    } else {
      return false;
    }
    Instant parsed = stamp.parse(bytes, from);
    if (parsed == null) {
      return false;
    }
    time = parsed;
    complete = tag == 'F';
    payload = Math.min(to, from + HEAD);
    end = to;
    return true;
  }

  /** Eight bytes at a time. */
  private static int newline(byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long differences = (long) LONGS.get(bytes, i) ^ NEWLINES;
      long zeros = (differences - ONES) & ~differences & HIGHS;
      if (zeros != 0) {
        return i + (Long.numberOfTrailingZeros(zeros) >>> 3);
      }
    }
    for (; i < to; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }
}
