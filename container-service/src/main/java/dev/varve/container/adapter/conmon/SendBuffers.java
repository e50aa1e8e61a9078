package dev.varve.container.adapter.conmon;

import dev.varve.linux.SystemCallException;
import dev.varve.linux.process.Descriptor;
import dev.varve.linux.process.PacketSocket;
import dev.varve.linux.process.PidFd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Lets monitors have more on the way to us than the dozen packets that the system allows by
 * default. They wait for room without doing anything else, and so does the program soon.
 */
final class SendBuffers {
  private static final Logger LOG = Logger.getLogger(SendBuffers.class);
  private static final int BYTES = 1 << 20;

  private SendBuffers() {}

  /**
   * Enlarges those of the connections that a monitor has taken in. Without the right to do so all
   * goes on as it is.
   *
   * @param handle closed here
   * @param pid the same process's number
   */
  static void enlarge(Descriptor handle, int pid) {
    try (handle) {
      for (Path socket : Acceptance.sockets(Path.of("/proc", Integer.toString(pid), "fd"))) {
        int number = Integer.parseInt(String.valueOf(socket.getFileName()));
        enlarge(PidFd.copyDescriptor(handle, number));
      }
    } catch (IOException e) {
      LOG.debugf(e, "send buffers of monitor %d", pid);
    }
  }

  private static void enlarge(Optional<Descriptor> copied) throws SystemCallException {
    if (copied.isPresent()) {
      try (Descriptor socket = copied.get()) {
        if (PacketSocket.isConnection(socket)) {
          PacketSocket.enlargeSendBuffer(socket, BYTES);
        }
      }
    }
  }
}
