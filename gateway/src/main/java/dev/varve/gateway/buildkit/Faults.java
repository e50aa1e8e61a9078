package dev.varve.gateway.buildkit;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Refusals as BuildKit's clients show them: one of an unknown code is shown as its text alone. */
final class Faults {
  private static final Logger LOG = Logger.getLogger(Faults.class);

  private Faults() {}

  static StatusException of(String text) {
    return Status.UNKNOWN.withDescription(text).asException();
  }

  /** A call's one answer. */
  @FunctionalInterface
  interface Answer<T> {
    T make() throws IOException, InterruptedException, StatusException;
  }

  static <T> void answer(StreamObserver<T> responses, Answer<T> answer) {
    T message;
    try {
      message = answer.make();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      responses.onError(Status.CANCELLED.asRuntimeException());
      return;
    } catch (StatusException | StatusRuntimeException | IOException e) {
      responses.onError(shown(e));
      return;
    } catch (RuntimeException e) {
      LOG.error("a call of BuildKit's protocol failed", e);
      responses.onError(shown(e));
      return;
    }
    responses.onNext(message);
    responses.onCompleted();
  }

  /** Without a code's name in front of what is already said for people. */
  static StatusException shown(Exception e) {
    Status status =
        switch (e) {
          case StatusException it -> it.getStatus();
          case StatusRuntimeException it -> it.getStatus();
          default -> Status.UNKNOWN.withDescription(String.valueOf(e.getMessage()));
        };
    return switch (status.getCode()) {
      case CANCELLED, UNIMPLEMENTED -> status.asException();
      case UNKNOWN -> e instanceof StatusException same ? same : of(text(status));
      default -> of(text(status));
    };
  }

  static String text(Status status) {
    @Nullable String description = status.getDescription();
    return description == null ? status.getCode().name() : description;
  }
}
