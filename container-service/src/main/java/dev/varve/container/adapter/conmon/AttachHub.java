package dev.varve.container.adapter.conmon;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.process.Descriptor;
import dev.varve.linux.process.PacketSocket;
import dev.varve.linux.process.Poller;
import java.io.IOException;
import java.nio.file.Path;
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

  /** Of who sends so much at once, more is to be expected. */
  private static final int STREAM_BYTES = 24 << 10;

  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  // The smallest buffer that a monitor of any version reads a packet into, and room for its NUL.
  private static final int INPUT_BYTES = 8000;
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(STUCK_SECONDS, TimeUnit.SECONDS);

  private final boolean stdinStaysOpen;
  private final Runnable whenBusy;
  private final Runnable whenEnded;
  private final List<AttachedStreams> clients = new CopyOnWriteArrayList<>();
  private final AtomicBoolean stdinClosed = new AtomicBoolean();
  private final Poller.Watch watch;
  private final BufferedBytes budget;
  private boolean busy; // of the poller's thread
  private boolean ended;

  /**
   * @param stdinStaysOpen the end of a client's input is not the end of the program's
   * @param whenBusy called once, when much has been sent at a time
   * @param whenEnded called once
   */
  AttachHub(
      Path socket,
      boolean stdinStaysOpen,
      Poller poller,
      BufferedBytes budget,
      Runnable whenBusy,
      Runnable whenEnded)
      throws SystemCallException {
    this.stdinStaysOpen = stdinStaysOpen;
    this.budget = budget;
    this.whenBusy = whenBusy;
    this.whenEnded = whenEnded;
    synchronized (this) {
      this.watch = poller.watch(PacketSocket.connect(socket), this::readable);
    }
  }

  /** A new client, which sees all output from now on. */
  AttachedStreams open() {
    AttachedStreams client = new AttachedStreams(this, budget);
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

  private synchronized boolean readable(Descriptor socket) {
    Packets packets = new Packets();
    boolean more;
    try {
      packets.read(socket);
      more = !packets.isLast();
    } catch (SystemCallException e) {
      LOG.debug("attach socket", e);
      more = false;
    }
    clients.forEach(client -> client.add(packets.outputs()));
    if (more) {
      waitForFullClients();
      if (packets.total() >= STREAM_BYTES) {
        rest();
      }
    } else {
      end();
    }
    return more;
  }

  /**
   * Every piece that is handed on wakes three threads and a client, so a stream is handed on in
   * large ones.
   */
  private void rest() {
    try {
      watch.rest(REST_NANOS);
    } catch (SystemCallException e) {
      LOG.debug("attach socket", e);
    }
    if (!busy) {
      busy = true;
      Thread.startVirtualThread(whenBusy);
    }
  }

  private void waitForFullClients() {
    if (isWaiting()) {
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

  /** Whether the monitor may have to wait for a client. */
  boolean isWaiting() {
    return clients.stream().anyMatch(AttachedStreams::isFull);
  }

  /** Reads on when every client has room. */
  void resume() {
    if (!isWaiting()) {
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
    if (isWaiting()) {
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
