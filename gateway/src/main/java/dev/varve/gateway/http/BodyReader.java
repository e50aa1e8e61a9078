package dev.varve.gateway.http;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as a blocking source: the next piece is asked for when the one before was taken,
 * so that a fast sender waits. Bound to the request on its event loop, then read by one thread.
 */
public final class BodyReader {
  private sealed interface Signal {
    record Data(Buffer buffer) implements Signal {}

    record End() implements Signal {}

    record Broken(Throwable cause) implements Signal {}
  }

  private final HttpServerRequest request;
  private final Context loop;
  private final LinkedBlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
  private @Nullable Signal last;

  BodyReader(HttpServerRequest request, Context loop) {
    this.request = request;
    this.loop = loop;
    request.handler(buffer -> signals.add(new Signal.Data(buffer)));
    request.endHandler(_ -> signals.add(new Signal.End()));
    request.exceptionHandler(cause -> signals.add(new Signal.Broken(cause)));
  }

  /**
   * Waits for the next piece.
   *
   * @return null at the body's end
   * @throws IOException when the client went away before it had sent all
   */
  public byte @Nullable [] next() throws IOException, InterruptedException {
    if (last == null) {
      loop.runOnContext(_ -> request.fetch(1));
    }
    return taken(last == null ? signals.take() : last);
  }

  private byte @Nullable [] taken(Signal signal) throws IOException {
    return switch (signal) {
      case Signal.Data(Buffer buffer) -> buffer.getBytes();
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
      loop.runOnContext(_ -> request.fetch(1));
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
      request.handler(_ -> {});
      request.resume();
    });
  }
}
