package dev.varve.gateway.route;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The sockets of leases: whatever is made through one is made under its lease. Each is there while
 * somebody holds the lease. Thread-safe; opening and closing block.
 */
public final class LeaseDoors implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(LeaseDoors.class);
  private static final int SHORT_ID = 12;

  private final Path directory;
  private final Opening opening;
  private final Map<String, Door> doors = new HashMap<>();
  private boolean closed;

  /** Serves the whole API at a path, for one lease. */
  @FunctionalInterface
  public interface Opening {
    AutoCloseable open(LeaseDoors all, String leaseId, Path path) throws IOException;
  }

  private static final class Door {
    private final AutoCloseable listener;
    private int holders = 1;

    Door(AutoCloseable listener) {
      this.listener = listener;
    }
  }

  /**
   * @param directory of the sockets; those that an earlier engine left there go
   */
  public LeaseDoors(Path directory, Opening opening) throws IOException {
    this.directory = directory;
    this.opening = opening;
    if (Files.isDirectory(directory)) {
      try (Stream<Path> stale = Files.list(directory)) {
        for (Path path : stale.toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  /** Where a lease's socket is while somebody holds it. */
  Path path(String leaseId) {
    return directory.resolve(leaseId.substring(0, SHORT_ID) + ".sock");
  }

  /** One more holds the lease; to be told of its end by {@link #leave}. */
  synchronized void enter(String leaseId) throws IOException {
    if (closed) {
      throw new IOException("the engine ends");
    }
    Door door = doors.get(leaseId);
    if (door == null) {
      doors.put(leaseId, new Door(opening.open(this, leaseId, path(leaseId))));
    } else {
      door.holders++;
    }
  }

  /**
   * @return whether nobody holds the lease any more
   */
  synchronized boolean leave(String leaseId) {
    Door door = doors.get(leaseId);
    if (door != null && --door.holders == 0) {
      doors.remove(leaseId);
      close(door);
    }
    return !doors.containsKey(leaseId);
  }

  private static void close(Door door) {
    try {
      door.listener.close();
    } catch (Exception e) {
      LOG.warnf(e, "while closing the socket of a lease");
    }
  }

  /** Connections that end from here on do so because the engine does. */
  synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    List<Door> last;
    synchronized (this) {
      closed = true;
      last = List.copyOf(doors.values());
      doors.clear();
    }
    last.forEach(LeaseDoors::close);
  }
}
