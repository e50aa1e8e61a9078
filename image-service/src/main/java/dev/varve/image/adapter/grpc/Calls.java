package dev.varve.image.adapter.grpc;

import dev.varve.api.transport.CallContext;
import dev.varve.api.transport.Outbound;
import dev.varve.eventlog.Cause;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InterruptedIOException;

/** How calls are served: one answer at once, or a stream by a thread of its own. */
final class Calls {
  private Calls() {}

  @FunctionalInterface
  interface Answer<T> {
    T make(CallContext call) throws IOException, InterruptedException;
  }

  @FunctionalInterface
  interface Streaming {
    void run() throws IOException, InterruptedException;
  }

  static <T> void answer(String operation, StreamObserver<T> responses, Answer<T> answer) {
    CallContext call = CallContext.current();
    T message;
    try {
      message = answer.make(call);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      responses.onError(Status.CANCELLED.asRuntimeException());
      return;
    } catch (IOException | RuntimeException e) {
      responses.onError(Refusals.status(operation, call, e).asRuntimeException());
      return;
    }
    responses.onNext(message);
    responses.onCompleted();
  }

  /** As {@link #stream}, but interrupted when the client goes away. */
  static void streamWhileWanted(
      String operation, CallContext call, Outbound<?> outbound, Streaming work) {
    Thread thread = stream(operation, call, outbound, work);
    Context.current().addListener(_ -> thread.interrupt(), Runnable::run);
  }

  static Thread stream(String operation, CallContext call, Outbound<?> outbound, Streaming work) {
    return Thread.ofVirtual()
        .name(operation)
        .start(() -> {
          try {
            work.run();
            outbound.complete();
          } catch (InterruptedException | InterruptedIOException e) {
            // Nobody is left to be told.
            Thread.currentThread().interrupt();
          } catch (IOException | RuntimeException e) {
            if (!outbound.isCancelled()) {
              outbound.fail(Refusals.status(operation, call, e));
            }
          }
        });
  }

  static Cause cause(CallContext call) {
    return new Cause(call.actor(), call.causationId(), call.correlationId());
  }
}
