package dev.varve.container.adapter.conmon;

import dev.varve.container.application.StandardStreams;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.process.Descriptor;
import dev.varve.linux.process.Poller;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** The connections to monitors' sockets: one for each run or exec that somebody is attached to. */
final class AttachHubs {
  private static final Logger LOG = Logger.getLogger(AttachHubs.class);

  private final Poller poller;
  private final Map<String, AttachHub> hubs = new ConcurrentHashMap<>();
  private final BufferedBytes buffered = new BufferedBytes();

  AttachHubs(Poller poller) {
    this.poller = poller;
  }

  /** The streams of a run; those of one that has ended give nothing but the end. */
  StandardStreams open(RunFiles files) throws IOException {
    try {
      return streams(files);
    } catch (SystemCallException e) {
      boolean gone = e.errno() == Errno.ENOENT || e.errno() == Errno.ECONNREFUSED;
      if (gone && Files.exists(files.exit())) {
        return new EndedStreams();
      }
      throw e;
    }
  }

  private StandardStreams streams(RunFiles files) throws IOException {
    StandardStreams streams;
    Acceptance acceptance;
    synchronized (hubs) {
      AttachHub present = hubs.get(files.key());
      if (present != null) {
        return present.open();
      }
      acceptance = Acceptance.of(RunFiles.number(files.monitorPid()));
      streams = connect(files).open();
    }
    acceptance.await();
    return streams;
  }

  AttachHub connect(RunFiles files) throws IOException {
    synchronized (hubs) {
      AttachHub hub =
          new AttachHub(
              files.attachSocket(),
              Files.exists(files.stdinStaysOpen()),
              poller,
              buffered,
              () -> enlargeBuffers(files),
              () -> hubs.remove(files.key()));
      hubs.put(files.key(), hub);
      return hub;
    }
  }

  private static void enlargeBuffers(RunFiles files) {
    try {
      Optional<Integer> pid = RunFiles.number(files.monitorPid());
      Optional<Descriptor> monitor = RunProcesses.monitorOf(files);
      if (pid.isPresent() && monitor.isPresent()) {
        SendBuffers.enlarge(monitor.get(), pid.get());
      }
    } catch (IOException e) {
      LOG.debugf(e, "monitor of %s", files.key());
    }
  }

  /** Whether a run's monitor may have to wait for who reads its output. */
  boolean waitForReaders(RunFiles files) {
    AttachHub hub = hubs.get(files.key());
    return hub != null && hub.isWaiting();
  }

  void close(RunFiles files) {
    AttachHub hub = hubs.remove(files.key());
    if (hub != null) {
      hub.close();
    }
  }
}
