package dev.varve.container.application;

import dev.varve.container.application.StandardStreams.Source;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Output on its way to one client, gathered as the bytes that the client gets, so that they are
 * copied once and handed on by the hundred kibibytes. Without a terminal each piece stands behind a
 * header of eight bytes: 1 for standard output or 2 for standard error, three zeros, and the
 * piece's length, big-endian. A terminal's output stands as it is.
 *
 * <p>Holds memory only while there is something in it.
 *
 * <p>For one thread.
 */
public final class Frames {
  /** Whoever gathers stops here and hands on what there is, unless told another limit. */
  public static final int FULL = 256 << 10;

  private static final int HEADER = 8;
  private static final byte[] NOTHING = new byte[0];

  private final boolean framed;
  private final boolean stdout;
  private final boolean stderr;
  private int limit = FULL;
  private byte[] bytes = NOTHING;
  private int expected;
  private int length;
  private int begun;
  private @Nullable Source last;

  /**
   * @param framed pieces have headers
   * @param stdout standard output is wanted
   */
  public Frames(boolean framed, boolean stdout, boolean stderr) {
    this.framed = framed;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  public boolean isWanted(Source source) {
    return switch (source) {
      case STDOUT -> stdout;
      case STDERR -> stderr;
    };
  }

  public boolean isEmpty() {
    return length == 0;
  }

  public boolean isFull() {
    return length >= limit;
  }

  /**
   * @param bytes from which on it is full
   */
  public void limit(int bytes) {
    limit = bytes;
  }

  /** Bytes that are missing before it is full. */
  public int room() {
    return Math.max(0, limit - length);
  }

  /** Adds a piece, unless it is of a stream that is not wanted. */
  public void add(Source source, byte[] data, int from, int count) {
    if (isWanted(source) && count > 0) {
      begin(source, count);
      append(data, from, count);
      end();
    }
  }

  /** As {@link #add}, but what follows output of the same stream is one piece with it. */
  public void extend(Source source, byte[] data, int from, int count) {
    if (isWanted(source) && count > 0) {
      if (source != last) {
        begin(source, count);
      }
      append(data, from, count);
      end();
    }
  }

  /**
   * Begins a piece that is {@link #append}ed in parts and {@link #end}ed.
   *
   * @param expected bytes; more may come
   */
  public void begin(Source source, int expected) {
    reserve(HEADER + expected);
    begun = length;
    last = source;
    if (framed) {
      Arrays.fill(bytes, length, length + HEADER, (byte) 0);
      bytes[length] =
          switch (source) {
            case STDOUT -> 1;
            case STDERR -> 2;
          };
      length += HEADER;
    }
  }

  public void append(byte[] data, int from, int count) {
    reserve(count);
    System.arraycopy(data, from, bytes, length, count);
    length += count;
  }

  public void end() {
    if (framed) {
      int size = length - begun - HEADER;
      bytes[begun + 4] = (byte) (size >>> 24);
      bytes[begun + 5] = (byte) (size >>> 16);
      bytes[begun + 6] = (byte) (size >>> 8);
      bytes[begun + 7] = (byte) size;
    }
  }

  /** What was gathered; it is the caller's, and gathering begins anew. */
  public ByteBuffer take() {
    // The next one will be about as large; if not, little is kept in a large array.
    expected = length;
    byte[] taken = bytes.length / 2 > length ? Arrays.copyOf(bytes, length) : bytes;
    ByteBuffer result = ByteBuffer.wrap(taken, 0, length);
    bytes = NOTHING;
    length = 0;
    last = null;
    return result;
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      int grown = length == 0 ? Math.min(expected, limit) : 2 * bytes.length;
      bytes = Arrays.copyOf(bytes, Math.max(length + more, Math.max(512, grown)));
    }
  }
}
