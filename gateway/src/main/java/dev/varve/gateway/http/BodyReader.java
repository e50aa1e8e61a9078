package dev.varve.gateway.http;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as a blocking source: only so much is asked for ahead, so that a fast sender
 * waits. What came in since the last look is handed over at one go, and not copied. Bound to the
 * request on its event loop, then read by one thread.
 */
public final class BodyReader {
  /** Pieces on their way at most, of up to 64 KiB each. */
  private static final int WINDOW = 16;

  /** Bytes that are handed over without another look for more. */
  private static final int ENOUGH = 256 << 10;

  private sealed interface Signal {
    /**
     * @param pieces of those asked for that it is made of
     */
    record Data(ByteString bytes, int pieces) implements Signal {}

    record End() implements Signal {}

    record Broken(Throwable cause) implements Signal {}
  }

  private final HttpServerRequest request;
  private final Context loop;
  private final LinkedBlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
  private @Nullable Signal last;

  /** Asked for and not taken yet. */
  private int awaited;

  /** Of the event loop: what came in since the last signal, and in how many pieces. */
  private ByteString arrived = ByteString.EMPTY;

  private int arrivedPieces;

  BodyReader(HttpServerRequest request, Context loop) {
    this.request = request;
    this.loop = loop;
    request.handler(this::arrived);
    request.endHandler(_ -> end(new Signal.End()));
    request.exceptionHandler(cause -> end(new Signal.Broken(cause)));
  }

  private void arrived(Buffer piece) {
    // Vert.x gives buffers that are nobody else's.
    arrived = arrived.concat(UnsafeByteOperations.unsafeWrap(piece.getByteBuf().nioBuffer()));
    if (++arrivedPieces == 1) {
      handOverWhenStill(1);
    }
  }

  /** Waking the reader costs more than another look at a socket that is being written to. */
  private void handOverWhenStill(int seen) {
    loop.runOnContext(_ -> {
      if (arrivedPieces == seen || arrived.size() >= ENOUGH) {
        handOver();
      } else {
        handOverWhenStill(arrivedPieces);
      }
    });
  }

  private void end(Signal how) {
    handOver();
    signals.add(how);
  }

  private void handOver() {
    if (arrivedPieces > 0) {
      signals.add(new Signal.Data(arrived, arrivedPieces));
      arrived = ByteString.EMPTY;
      arrivedPieces = 0;
    }
  }

  private void ask() {
    if (last == null && awaited <= WINDOW / 2) {
      int more = WINDOW - awaited;
      awaited = WINDOW;
      loop.runOnContext(_ -> request.fetch(more));
    }
  }

  /**
   * Waits for the next piece.
   *
   * @return null at the body's end
   * @throws IOException when the client went away before it had sent all
   */
  public @Nullable ByteString next() throws IOException, InterruptedException {
    ask();
    return taken(last == null ? signals.take() : last);
  }

  private @Nullable ByteString taken(Signal signal) throws IOException {
    return switch (signal) {
      case Signal.Data(ByteString bytes, int pieces) -> {
        awaited -= pieces;
        yield with(bytes);
      }
      case Signal.End() -> {
        last = signal;
        yield null;
      }
      case Signal.Broken(Throwable cause) -> {
        last = signal;
        throw new IOException("the client went away", cause);
      }
    };
  }

  /** Together with what has come in behind it. */
  private ByteString with(ByteString first) {
    ByteString all = first;
    while (signals.peek() instanceof Signal.Data(ByteString bytes, int pieces)) {
      signals.remove();
      awaited -= pieces;
      all = all.concat(bytes);
    }
    return all;
  }

  /**
   * As {@link #next()}, but does not wait for ever.
   *
   * @throws Refusal 408 when nothing came in time
   */
  public @Nullable ByteString next(Duration longest)
      throws Refusal, IOException, InterruptedException {
    if (last == null && signals.isEmpty()) {
      ask();
      Signal signal = signals.poll(longest.toMillis(), TimeUnit.MILLISECONDS);
      if (signal == null) {
        throw new Refusal(408, "nothing more of the request came in time");
      }
      return taken(signal);
    }
    return next();
  }

  /** Lets what is left of the body through, to be thrown away. */
  void discard() {
    try {
      loop.runOnContext(_ -> {
        if (!request.isEnded()) {
          request.handler(_ -> {});
          request.resume();
        }
      });
    } catch (RejectedExecutionException _) {
      // The event loop has ended, and the connection with it.
    }
  }
}
