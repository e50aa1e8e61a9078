package dev.varve.container.adapter.conmon;

import dev.varve.container.adapter.conmon.AttachedStreams.Output;
import dev.varve.container.application.StandardStreams.Source;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.process.Descriptor;
import dev.varve.linux.process.PacketSocket;
import dev.varve.linux.process.Poller;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * The one connection to a monitor's attach socket, shared by all clients of a container: were there
 * one for each, the first to leave would end the program's input for all.
 *
 * <p>The monitor stops the program while its reader is slow. So the hub reads as long as every
 * client has room, waits for a full one as a terminal would, and detaches a client that has read
 * nothing for {@link #STUCK_SECONDS}.
 */
final class AttachHub {
  private static final Logger LOG = Logger.getLogger(AttachHub.class);
  private static final int STUCK_SECONDS = 10;
  private static final int PACKET_BYTES = 64 << 10;
  // The smallest buffer that a monitor of any version reads a packet into, and room for its NUL.
  private static final int INPUT_BYTES = 8000;
  private static final int READS_AT_ONCE = 64;
  private static final byte STDERR = 3;
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(STUCK_SECONDS, TimeUnit.SECONDS);

  private final boolean stdinStaysOpen;
  private final Runnable whenEnded;
  private final List<AttachedStreams> clients = new CopyOnWriteArrayList<>();
  private final AtomicBoolean stdinClosed = new AtomicBoolean();
  private final Poller.Watch watch;
  private boolean ended;

  /**
   * @param stdinStaysOpen the end of a client's input is not the end of the program's
   * @param whenEnded called once
   */
  AttachHub(Path socket, boolean stdinStaysOpen, Poller poller, Runnable whenEnded)
      throws SystemCallException {
    this.stdinStaysOpen = stdinStaysOpen;
    this.whenEnded = whenEnded;
    this.watch = poller.watch(PacketSocket.connect(socket), this::readable);
  }

  /** A new client, which sees all output from now on. */
  AttachedStreams open() {
    AttachedStreams client = new AttachedStreams(this);
    synchronized (this) {
      if (ended) {
        client.end();
      } else {
        clients.add(client);
      }
    }
    return client;
  }

  void remove(AttachedStreams client) {
    clients.remove(client);
    resume();
  }

  private boolean readable(Descriptor socket) {
    List<Output> outputs = new ArrayList<>();
    boolean more;
    try {
      more = readAll(socket, outputs);
    } catch (SystemCallException e) {
      LOG.debug("attach socket", e);
      more = false;
    }
    clients.forEach(client -> client.add(outputs));
    if (more) {
      waitForFullClients();
    } else {
      end();
    }
    return more;
  }

  /** What there is, or a good part of it; false at the end. */
  private static boolean readAll(Descriptor socket, List<Output> outputs)
      throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment packet = arena.allocate(PACKET_BYTES);
      for (int i = 0; i < READS_AT_ONCE; i++) {
        int count = read(socket, packet);
        if (count == Descriptor.WOULD_BLOCK) {
          return true;
        }
        if (count == 0) {
          return false;
        }
        outputs.add(
            new Output(
                packet.get(ValueLayout.JAVA_BYTE, 0) == STDERR ? Source.STDERR : Source.STDOUT,
                packet.asSlice(1, count - 1L).toArray(ValueLayout.JAVA_BYTE)));
      }
      return true;
    }
  }

  private void waitForFullClients() {
    if (clients.stream().anyMatch(AttachedStreams::isFull)) {
      try {
        watch.pause();
      } catch (SystemCallException e) {
        LOG.debug("attach socket", e);
      }
      LATER.execute(this::cutStuckClients);
      // A client may have made room between the two.
      resume();
    }
  }

  /** A monitor that left input unread resets the connection; its last output is behind that. */
  private static int read(Descriptor socket, MemorySegment packet) throws SystemCallException {
    try {
      return socket.read(packet);
    } catch (SystemCallException e) {
      if (e.errno() != Errno.ECONNRESET) {
        throw e;
      }
      return socket.read(packet);
    }
  }

  /** Reads on when every client has room. */
  void resume() {
    if (clients.stream().noneMatch(AttachedStreams::isFull)) {
      try {
        watch.resume();
      } catch (SystemCallException e) {
        LOG.debug("attach socket", e);
      }
    }
  }

  private void cutStuckClients() {
    clients.removeIf(client -> client.cutIfStuckFor(TimeUnit.SECONDS.toNanos(STUCK_SECONDS)));
    resume();
    if (clients.stream().anyMatch(AttachedStreams::isFull)) {
      LATER.execute(this::cutStuckClients);
    }
  }

  private void end() {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      clients.forEach(AttachedStreams::end);
      clients.clear();
    }
    whenEnded.run();
  }

  void write(byte[] data, int offset, int length) throws IOException {
    if (stdinClosed.get()) {
      throw new SystemCallException("standard input", Errno.EPIPE);
    }
    int end = offset + length;
    int at = offset;
    while (at < end) {
      int from = at;
      int count = Math.min(INPUT_BYTES, end - at);
      if (watch.use(socket -> PacketSocket.send(socket, data, from, count))) {
        at += count;
      } else {
        watch.whenWritable().join();
      }
    }
  }

  void closeStdin() throws SystemCallException {
    if (!stdinStaysOpen && stdinClosed.compareAndSet(false, true)) {
      try {
        watch.use(socket -> {
          PacketSocket.shutdownOutput(socket);
          return true;
        });
      } catch (SystemCallException e) {
        // The program has ended: its input has, too.
        LOG.debug("attach socket", e);
      }
    }
  }

  /** Leaves the monitor. */
  void close() {
    watch.close();
    end();
  }
}
