package dev.varve.gateway.http;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as a blocking source: only so much is asked for ahead, so that a fast sender
 * waits. What comes in at one go is handed over at one go. Bound to the request on its event loop,
 * then read by one thread.
 */
public final class BodyReader {
  /** Pieces on their way at most, of up to 64 KiB each. */
  private static final int WINDOW = 32;

  private sealed interface Signal {
    /**
     * @param pieces of those asked for that it is made of
     */
    record Data(byte[] bytes, int pieces) implements Signal {}

    record End() implements Signal {}

    record Broken(Throwable cause) implements Signal {}
  }

  private final HttpServerRequest request;
  private final Context loop;
  private final LinkedBlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
  private @Nullable Signal last;

  /** Asked for and not taken yet. */
  private int awaited;

  /** Of the event loop: what came in since the last signal. */
  private final List<Buffer> arrived = new ArrayList<>();

  BodyReader(HttpServerRequest request, Context loop) {
    this.request = request;
    this.loop = loop;
    request.handler(this::arrived);
    request.endHandler(_ -> end(new Signal.End()));
    request.exceptionHandler(cause -> end(new Signal.Broken(cause)));
  }

  private void arrived(Buffer piece) {
    arrived.add(piece);
    if (arrived.size() == 1) {
      loop.runOnContext(_ -> handOver());
    }
  }

  private void end(Signal how) {
    handOver();
    signals.add(how);
  }

  private void handOver() {
    if (arrived.isEmpty()) {
      return;
    }
    byte[] bytes = new byte[arrived.stream().mapToInt(Buffer::length).sum()];
    int at = 0;
    for (Buffer piece : arrived) {
      piece.getBytes(bytes, at);
      at += piece.length();
    }
    signals.add(new Signal.Data(bytes, arrived.size()));
    arrived.clear();
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
  public byte @Nullable [] next() throws IOException, InterruptedException {
    ask();
    return taken(last == null ? signals.take() : last);
  }

  private byte @Nullable [] taken(Signal signal) throws IOException {
    return switch (signal) {
      case Signal.Data(byte[] bytes, int pieces) -> {
        awaited -= pieces;
        yield bytes;
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

  /**
   * As {@link #next()}, but does not wait for ever.
   *
   * @throws Refusal 408 when nothing came in time
   */
  public byte @Nullable [] next(Duration longest)
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
    loop.runOnContext(_ -> {
      if (!request.isEnded()) {
        request.handler(_ -> {});
        request.resume();
      }
    });
  }
}
