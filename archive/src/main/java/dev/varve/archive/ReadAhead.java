package dev.varve.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream on a thread of its own, a few pieces ahead, so that what makes the bytes and what
 * uses them run at the same time. One reader; a failure of the source is thrown to it, as it was,
 * where it belongs among the bytes. Holds half a megabyte.
 *
 * <p>The source is closed by {@link #close}, which waits until nobody reads it any more.
 */
public final class ReadAhead extends InputStream {
  private static final int PIECES = 4;
  private static final int SIZE = 1 << 17;

  private final InputStream source;
  private final BlockingQueue<Piece> full = new ArrayBlockingQueue<>(PIECES);
  private final BlockingQueue<byte[]> empty = new ArrayBlockingQueue<>(PIECES);
  private final Thread thread;
  private final byte[] one = new byte[1];
  private Piece current = new Piece(new byte[0], 0, null);
  private int at;
  private long count;

  /** Bytes, the end when there are none, or why there are no more. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Piece(byte[] bytes, int length, @Nullable Throwable failure) {}

  /** Owns the source. */
  public ReadAhead(InputStream source) {
    this.source = source;
    for (int i = 0; i < PIECES - 1; i++) {
      empty.add(new byte[SIZE]);
    }
    this.thread = Thread.ofPlatform().daemon().name("read-ahead").start(this::fill);
  }

  /** How many bytes the reader has taken. */
  public long count() {
    return count;
  }

  private void fill() {
    try {
      while (true) {
        byte[] bytes = empty.take();
        Piece piece = next(bytes);
        full.put(piece);
        if (piece.length <= 0) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private Piece next(byte[] bytes) {
    try {
      return new Piece(bytes, source.readNBytes(bytes, 0, SIZE), null);
    } catch (IOException | RuntimeException | Error e) {
      return new Piece(bytes, 0, e);
    }
  }

  @Override
  public int read() throws IOException {
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (at == current.length && !await()) {
      return -1;
    }
    int taken = Math.min(length, current.length - at);
    System.arraycopy(current.bytes, at, target, offset, taken);
    at += taken;
    count += taken;
    return taken;
  }

  /** Whether there are more bytes. */
  private boolean await() throws IOException {
    if (current.bytes.length > 0 && current.length == 0) {
      return false;
    }
    try {
      if (current.length > 0) {
        empty.put(current.bytes);
      }
      current = full.take();
      at = 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
    switch (current.failure) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(current.failure);
    }
    return current.length > 0;
  }

  @Override
  public void close() throws IOException {
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    source.close();
  }
}
