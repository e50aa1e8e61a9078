package dev.varve.image.adapter.registry;

import dev.varve.image.application.RegistryException;
import dev.varve.image.application.RegistrySettings.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A response's body, read as it comes and not faster, that is given up when it comes too slowly.
 * The JDK's own stream waits for ever.
 */
final class BodyStream extends InputStream implements BodySubscriber<InputStream> {
  /** Pieces of up to 16 KiB each that may wait here. */
  private static final int AHEAD = 16;

  private sealed interface Signal {
    record Data(List<ByteBuffer> buffers) implements Signal {}

    record End() implements Signal {}

    record Broken(Throwable cause) implements Signal {}
  }

  private final Patience patience;
  private final LinkedBlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
  private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
  private final Deque<ByteBuffer> ready = new ArrayDeque<>();
  private final byte[] one = new byte[1];
  private @Nullable Signal end;
  private long windowEnd;
  private long windowBytes;

  BodyStream(Patience patience) {
    this.patience = patience;
  }

  @Override
  public CompletionStage<InputStream> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription.complete(given);
    given.request(AHEAD);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    signals.add(new Signal.Data(buffers));
  }

  @Override
  public void onError(Throwable cause) {
    signals.add(new Signal.Broken(cause));
  }

  @Override
  public void onComplete() {
    signals.add(new Signal.End());
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
    while (true) {
      ByteBuffer first = ready.peek();
      if (first != null && first.hasRemaining()) {
        int count = Math.min(length, first.remaining());
        first.get(target, offset, count);
        return count;
      }
      if (first != null) {
        ready.remove();
        continue;
      }
      if (!fill()) {
        return -1;
      }
    }
  }

  @Override
  public int available() {
    ByteBuffer first = ready.peek();
    return first == null ? 0 : first.remaining();
  }

  @Override
  public void close() {
    subscription.thenAccept(Flow.Subscription::cancel);
    end = new Signal.End();
    ready.clear();
  }

  private boolean fill() throws IOException {
    Signal signal = end == null ? take() : end;
    return switch (signal) {
      case Signal.Data(List<ByteBuffer> buffers) -> {
        for (ByteBuffer buffer : buffers) {
          windowBytes += buffer.remaining();
          ready.add(buffer);
        }
        subscription.thenAccept(given -> given.request(1));
        yield true;
      }
      case Signal.End() -> {
        end = signal;
        yield false;
      }
      case Signal.Broken(Throwable cause) -> {
        end = signal;
        throw new IOException("the connection broke: " + cause.getMessage(), cause);
      }
    };
  }

  /** Only time spent waiting for the registry counts, not time in which nobody asked. */
  private Signal take() throws IOException {
    try {
      Signal present = signals.poll();
      if (present != null) {
        return present;
      }
      long before = System.nanoTime();
      if (windowEnd == 0) {
        windowEnd = patience.window().toNanos();
        windowBytes = 0;
      }
      Signal signal = signals.poll(windowEnd, TimeUnit.NANOSECONDS);
      windowEnd -= System.nanoTime() - before;
      if (windowEnd <= 0 || signal == null) {
        if (windowBytes < patience.progress()) {
          close();
          throw new RegistryException(
              RegistryException.Kind.UNAVAILABLE,
              "the registry sent fewer than %d bytes in %d seconds"
                  .formatted(patience.progress(), patience.window().toSeconds()));
        }
        windowEnd = 0;
      }
      return signal == null ? take() : signal;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the registry");
    }
  }
}
