package dev.varve.image.adapter.grpc;

import dev.varve.api.transport.CallContext;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.image.application.CorruptBlobException;
import dev.varve.image.application.RegistryException;
import io.grpc.Status;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import org.jboss.logging.Logger;

/** Maps what went wrong to a gRPC status, once, and writes it to the log of the engine. */
final class Refusals {
  private static final Logger LOG = Logger.getLogger(Refusals.class);
  private static final String NO_SPACE = "no space left on device";

  private Refusals() {}

  /**
   * @param operation for the log
   */
  static Status status(String operation, CallContext call, Throwable cause) {
    return switch (cause) {
      case ProblemException refused -> {
        Problem problem = refused.problem();
        LOG.infof("%s by %s refused: %s", operation, call.actor(), shown(problem.message()));
        yield code(problem.code()).withDescription(problem.message());
      }
      case LogUnavailableException away -> {
        LOG.warnf(away, "%s by %s: the event log gave no answer", operation, call.actor());
        yield Status.UNAVAILABLE.withDescription("the event log gave no answer in time");
      }
      case CorruptBlobException corrupt -> {
        LOG.errorf("%s by %s: %s", operation, call.actor(), corrupt.getMessage());
        yield Status.DATA_LOSS.withDescription(corrupt.getMessage());
      }
      case NoSuchFileException missing -> {
        LOG.warnf("%s by %s: no such blob: %s", operation, call.actor(), missing.getMessage());
        yield Status.NOT_FOUND.withDescription("no such blob");
      }
      case RegistryException refused -> {
        LOG.infof("%s by %s: %s", operation, call.actor(), shown(refused.text()));
        yield (refused.kind() == RegistryException.Kind.UNAUTHORIZED
                ? Status.UNAUTHENTICATED
                : Status.INTERNAL)
            .withDescription(refused.text());
      }
      default -> {
        LOG.errorf(cause, "%s by %s failed", operation, call.actor());
        yield Status.INTERNAL.withDescription(text(cause)).withCause(cause);
      }
    };
  }

  private static String text(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return message.toLowerCase(Locale.ROOT).contains(NO_SPACE) ? NO_SPACE : message;
  }

  private static Status code(Problem.Code code) {
    return switch (code) {
      case INVALID -> Status.INVALID_ARGUMENT;
      case NOT_FOUND -> Status.NOT_FOUND;
      case CONFLICT -> Status.FAILED_PRECONDITION;
      case FORBIDDEN -> Status.PERMISSION_DENIED;
      case NOT_IMPLEMENTED -> Status.UNIMPLEMENTED;
      case UNAVAILABLE -> Status.UNAVAILABLE;
      case INTERNAL -> Status.INTERNAL;
    };
  }

  /** A stranger's text must not forge lines of the log. */
  private static String shown(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
