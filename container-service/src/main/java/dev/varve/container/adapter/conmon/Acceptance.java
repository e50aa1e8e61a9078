package dev.varve.container.adapter.conmon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Whether a monitor has taken in a new connection to its attach socket. Until then the program's
 * output passes the connection by, even if it was made before the program started: conmon looks for
 * ended children when it is idle and then leaves, without another look at its socket.
 */
final class Acceptance {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final long PAUSE_NANOS = 50_000;

  private final Path descriptors;
  private final long socketsBefore;

  private Acceptance(Path descriptors, long socketsBefore) {
    this.descriptors = descriptors;
    this.socketsBefore = socketsBefore;
  }

  /**
   * To be made before the connection.
   *
   * @param monitor empty when it is gone
   */
  static Acceptance of(Optional<Integer> monitor) throws IOException {
    Path descriptors = Path.of("/proc", monitor.map(String::valueOf).orElse("0"), "fd");
    return new Acceptance(descriptors, sockets(descriptors).size());
  }

  /** Returns when the connection is taken in, and soon if it never will be. */
  void await() throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!isGiven() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Also when there is nobody to give it any more. */
  private boolean isGiven() throws IOException {
    return !Files.exists(descriptors) || sockets(descriptors).size() > socketsBefore;
  }

  /** Those of a process's descriptors that are sockets. */
  static List<Path> sockets(Path descriptors) throws IOException {
    try (Stream<Path> open = Files.list(descriptors)) {
      return open.filter(Acceptance::isSocket).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException e) {
      // Closed in this moment.
      return false;
    }
  }
}
