package dev.varve.snapshot.adapter.grpc;

import dev.varve.api.transport.CallContext;
import dev.varve.api.transport.Outbound;
import dev.varve.archive.ArchiveRefusedException;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import io.grpc.Status;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import org.jboss.logging.Logger;

/** What calls on roots have in common: a platform thread each, and how they end badly. */
final class RootCalls {
  private static final Logger LOG = Logger.getLogger(RootCalls.class);

  /** A deep tree is walked by recursion. */
  private static final long STACK_BYTES = 8L << 20;

  private RootCalls() {}

  /** A call's work. */
  interface Work {
    void run(Cause cause) throws IOException, InterruptedException;
  }

  /**
   * @param called what the client calls the container
   */
  static void serve(String called, Outbound<?> outbound, Work work) {
    CallContext call = CallContext.current();
    Cause cause = new Cause(call.actor(), call.causationId(), call.correlationId());
    Runnable all =
        () -> {
          try {
            work.run(cause);
            outbound.complete();
          } catch (ProblemException e) {
            outbound.fail(status(e.problem()));
          } catch (NoSuchFileException | IllegalArgumentException _) {
            outbound.fail(Status.NOT_FOUND.withDescription("No such container: " + called));
          } catch (InterruptedIOException | InterruptedException e) {
            outbound.fail(Status.CANCELLED.withDescription(String.valueOf(e.getMessage())));
          } catch (ArchiveRefusedException | EOFException e) {
            outbound.fail(Status.INTERNAL.withDescription(e.getMessage()));
          } catch (IOException | RuntimeException e) {
            LOG.errorf(e, "at the root of container %s", called);
            outbound.fail(Status.INTERNAL.withDescription(String.valueOf(e.getMessage())));
          }
        };
    Thread thread = new Thread(null, all, "snapshot-root", STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
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
    return status.withDescription(problem.message());
  }
}
