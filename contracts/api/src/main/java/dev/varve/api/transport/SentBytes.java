package dev.varve.api.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.function.Function;

/**
 * Bytes sent as a stream of messages; a slow reader makes the writer wait. Each array goes to its
 * message and is not written again: within one JVM it is never copied.
 *
 * <p>Only closing sends a part that is not full; it does not complete the stream. For one thread.
 */
public final class SentBytes<T> extends OutputStream {
  /** A message's worth of bytes. */
  public static final int PART = 512 << 10;

  private final Outbound<T> outbound;
  private final Function<ByteString, T> message;
  private byte[] part = new byte[PART];
  private int filled;

  public SentBytes(Outbound<T> outbound, Function<ByteString, T> message) {
    this.outbound = outbound;
    this.message = message;
  }

  @Override
  public void write(int b) throws InterruptedIOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /**
   * @throws InterruptedIOException when the reader went away
   */
  @Override
  public void write(byte[] bytes, int offset, int length) throws InterruptedIOException {
    int from = offset;
    for (int left = length; left > 0; ) {
      int count = Math.min(left, PART - filled);
      System.arraycopy(bytes, from, part, filled, count);
      filled += count;
      from += count;
      left -= count;
      if (filled == PART) {
        send();
      }
    }
  }

  @Override
  public void close() throws InterruptedIOException {
    if (filled > 0) {
      send();
    }
  }

  private void send() throws InterruptedIOException {
    ByteString bytes = UnsafeByteOperations.unsafeWrap(part, 0, filled);
    part = new byte[PART];
    filled = 0;
    outbound.deliver(message.apply(bytes));
  }
}
