package dev.varve.container.adapter.grpc;

import dev.varve.api.transport.CallContext;
import dev.varve.container.application.ContainerLedger;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** What all calls have in common: whose they are, and how they end badly. */
final class Calls {
  private static final Logger LOG = Logger.getLogger(Calls.class);

  private Calls() {}

  /** A call's work. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws Exception;
  }

  /** The cause of the call that the current thread serves. */
  static Cause cause() {
    CallContext context = CallContext.current();
    return new Cause(context.actor(), context.causationId(), context.correlationId());
  }

  /** Answers when the work is done, or when it has to wait for a log that is away for long. */
  static <T> void answer(StreamObserver<T> responses, Work<T> work) {
    AtomicBoolean answered = new AtomicBoolean();
    Consumer<Exception> refuse =
        failure -> {
          if (answered.compareAndSet(false, true)) {
            responses.onError(status(failure).asRuntimeException());
          }
        };
    try {
      T answer = ScopedValue.where(ContainerLedger.ASKER, refuse::accept).call(work::run);
      if (answered.compareAndSet(false, true)) {
        responses.onNext(answer);
        responses.onCompleted();
      }
    } catch (Exception e) {
      refuse.accept(e);
    }
  }

  /**
   * Answers a read.
   *
   * @param slow whether it takes more than memory, and so a thread that may block
   */
  static <T> void read(boolean slow, StreamObserver<T> responses, Work<T> work) {
    if (slow) {
      Thread.startVirtualThread(Context.current().wrap(() -> answer(responses, work)));
    } else {
      answer(responses, work);
    }
  }

  /** The one place where refusals and faults become gRPC's. */
  static Status status(Exception failure) {
    return switch (failure) {
      case ProblemException refusal -> status(refusal.problem());
      case LogUnavailableException e -> Status.UNAVAILABLE.withDescription(e.getMessage());
      case InterruptedException _ -> {
        Thread.currentThread().interrupt();
        yield Status.UNAVAILABLE.withDescription("the engine is shutting down");
      }
      default -> {
        LOG.error("A call failed", failure);
        yield Status.INTERNAL.withDescription(String.valueOf(failure.getMessage()));
      }
    };
  }

  private static Status status(Problem problem) {
    Status status =
        switch (problem.code()) {
          case INVALID -> Status.INVALID_ARGUMENT;
          case NOT_FOUND -> Status.NOT_FOUND;
          case CONFLICT -> Status.FAILED_PRECONDITION;
          case FORBIDDEN -> Status.PERMISSION_DENIED;
          case NOT_IMPLEMENTED -> Status.UNIMPLEMENTED;
          case UNAVAILABLE -> Status.UNAVAILABLE;
          case INTERNAL -> Status.INTERNAL;
        };
    LOG.debugf("Refused: %s", problem.message());
    return status.withDescription(problem.message());
  }
}
