package dev.varve.api.transport;

import com.google.protobuf.ByteString;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that arrive as a stream of messages: the next one is asked for when the last one is used
 * up. Its end is the stream's own end; any other end is an exception. For one thread.
 */
public final class ReceivedBytes extends InputStream {
  /** Where the next bytes come from. */
  @FunctionalInterface
  public interface Parts {
    /** Null at the end. */
    @Nullable ByteString next() throws IOException, InterruptedException;
  }

  private final Parts parts;
  private final Runnable onClose;
  private ByteString part = ByteString.EMPTY;
  private int at;
  private boolean ended;

  private ReceivedBytes(Parts parts, Runnable onClose) {
    this.parts = parts;
    this.onClose = onClose;
  }

  /** What a client sends. */
  public static <T> ReceivedBytes from(Inbound<T> inbound, Function<T, ByteString> bytes) {
    return from(() -> {
      T message = inbound.next();
      return message == null ? null : bytes.apply(message);
    });
  }

  /** Parts of a stream that goes on behind them. */
  public static ReceivedBytes from(Parts parts) {
    return new ReceivedBytes(parts, () -> {});
  }

  /**
   * What a server answers. Closing it ends the call.
   *
   * @param failure what a status other than OK means
   */
  public static <T> ReceivedBytes from(
      BlockingClientCall<?, T> call,
      Function<T, ByteString> bytes,
      Function<StatusException, IOException> failure) {
    return new ReceivedBytes(
        () -> {
          try {
            T message = call.read();
            return message == null ? null : bytes.apply(message);
          } catch (StatusException e) {
            throw failure.apply(e);
          }
        },
        () -> call.cancel("closed by the reader", null));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (at == part.size()) {
      ByteString next = ended ? null : next();
      if (next == null) {
        ended = true;
        return -1;
      }
      part = next;
      at = 0;
    }
    int count = Math.min(length, part.size() - at);
    part.copyTo(buffer, at, offset, count);
    at += count;
    return count;
  }

  private @Nullable ByteString next() throws IOException {
    try {
      return parts.next();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the sender");
    }
  }

  @Override
  public void close() {
    onClose.run();
  }
}
