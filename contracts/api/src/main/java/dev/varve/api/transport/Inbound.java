package dev.varve.api.transport;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A client's request stream as a server's blocking source: a few messages are asked for ahead, so
 * that an eager sender waits, but not after each. Made on the thread that gRPC calls the method on;
 * read by one thread.
 */
public final class Inbound<T> implements StreamObserver<T> {
  private sealed interface Signal<T> {
    record Message<T>(T value) implements Signal<T> {}

    record Completed<T>() implements Signal<T> {}

    record Failed<T>(Throwable cause) implements Signal<T> {}
  }

  private static final int AHEAD = 2;

  private final ServerCallStreamObserver<?> call;
  private final LinkedBlockingQueue<Signal<T>> signals = new LinkedBlockingQueue<>();
  private @Nullable Signal<T> end;

  /**
   * @param responses the observer that gRPC handed to the method
   */
  public Inbound(StreamObserver<?> responses) {
    this.call = (ServerCallStreamObserver<?>) responses;
    call.disableAutoRequest();
    call.request(AHEAD);
  }

  /**
   * Waits for the next message.
   *
   * @return null when the client has sent all
   * @throws IOException when the client went away before it had sent all
   */
  public @Nullable T next() throws IOException, InterruptedException {
    Signal<T> signal = end != null ? end : signals.take();
    return switch (signal) {
      case Signal.Message<T>(T value) -> {
        call.request(1);
        yield value;
      }
      case Signal.Completed<T>() -> {
        end = signal;
        yield null;
      }
      case Signal.Failed<T>(Throwable cause) -> {
        end = signal;
        throw new IOException("the client went away", cause);
      }
    };
  }

  @Override
  public void onNext(T value) {
    signals.add(new Signal.Message<>(value));
  }

  @Override
  public void onError(Throwable cause) {
    signals.add(new Signal.Failed<>(cause));
  }

  @Override
  public void onCompleted() {
    signals.add(new Signal.Completed<>());
  }
}
