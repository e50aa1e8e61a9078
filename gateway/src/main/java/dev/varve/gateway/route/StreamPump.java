package dev.varve.gateway.route;

import dev.varve.api.container.v1.AttachResponse;
import dev.varve.gateway.docker.Frames;
import dev.varve.gateway.http.StreamConnection;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Carries a process's standard streams between a taken-over connection and a call to the container
 * service, until the service ends the call or the client goes away.
 *
 * @param tty what is said here is not framed, as the output is not
 * @param stdin what the client sends goes to the process; else it is thrown away
 * @param wrap makes a message of bytes
 * @param closed the message for the end of the client's input
 * @param failureStream where the text of a late failure goes
 */
record StreamPump<Q>(
    BlockingClientCall<Q, AttachResponse> call,
    boolean tty,
    boolean stdin,
    Function<byte[], Q> wrap,
    Q closed,
    int failureStream) {
  private static final Logger LOG = Logger.getLogger(StreamPump.class);

  /** Blocks until all output has been handed to the connection, which is closed then. */
  void run(StreamConnection connection) throws InterruptedException {
    connection.onClose(() -> call.cancel("the client went away", null));
    Thread.ofVirtual().start(() -> carryInput(connection));
    try {
      for (AttachResponse part = call.read(); part != null; part = call.read()) {
        if (part.hasFrames() && !connection.write(part.getFrames().asReadOnlyByteBuffer())) {
          break;
        }
      }
    } catch (StatusException e) {
      tell(connection, e);
    } finally {
      connection.finish();
    }
  }

  /** It is too late for an HTTP error: the text goes where the client looks. */
  private void tell(StreamConnection connection, StatusException failure)
      throws InterruptedException {
    if (connection.isClosed()) {
      return;
    }
    String description = failure.getStatus().getDescription();
    LOG.infof("stream ended with %s: %s", failure.getStatus().getCode(), description);
    byte[] text =
        ((description == null ? failure.getStatus().getCode().name() : description) + "\r\n")
            .getBytes(StandardCharsets.UTF_8);
    if (tty) {
      connection.write(ByteBuffer.wrap(text));
    } else {
      connection.write(ByteBuffer.wrap(Frames.frame(failureStream, text)));
    }
  }

  private void carryInput(StreamConnection connection) {
    try {
      for (byte[] bytes = connection.read(); bytes != null; bytes = connection.read()) {
        if (stdin && !call.write(wrap.apply(bytes))) {
          return;
        }
      }
      if (stdin && !connection.isClosed()) {
        call.write(closed);
      }
    } catch (StatusException e) {
      LOG.debugf(e, "input ended with its call");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
