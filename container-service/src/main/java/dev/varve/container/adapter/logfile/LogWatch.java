package dev.varve.container.adapter.logfile;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** One watch on directories for all following readers; the kernel has few to give. */
final class LogWatch implements AutoCloseable {
  private final WatchService service;
  private final Map<Path, Watched> directories = new HashMap<>();

  private record Watched(WatchKey key, Set<Runnable> listeners) {}

  LogWatch() throws IOException {
    service = FileSystems.getDefault().newWatchService();
    Thread.ofPlatform().name("log-watch").daemon().start(this::run);
  }

  /** Calls the listener, which must not block, after each change of a file in the directory. */
  synchronized void add(Path directory, Runnable listener) throws IOException {
    Watched watched = directories.get(directory);
    if (watched == null) {
      WatchKey key =
          directory.register(
              service,
              StandardWatchEventKinds.ENTRY_CREATE,
              StandardWatchEventKinds.ENTRY_MODIFY,
              StandardWatchEventKinds.ENTRY_DELETE);
      watched = new Watched(key, new HashSet<>());
      directories.put(directory, watched);
    }
    watched.listeners().add(listener);
  }

  synchronized void remove(Path directory, Runnable listener) {
    Watched watched = directories.get(directory);
    if (watched != null && watched.listeners().remove(listener)) {
      if (watched.listeners().isEmpty()) {
        watched.key().cancel();
        directories.remove(directory);
      }
    }
  }

  private void run() {
    try {
      while (true) {
        WatchKey key = service.take();
        key.pollEvents();
        Path directory = (Path) key.watchable();
        boolean valid = key.reset();
        synchronized (this) {
          Watched watched = directories.get(directory);
          if (watched != null) {
            watched.listeners().forEach(Runnable::run);
            if (!valid) {
              directories.remove(directory);
            }
          }
        }
      }
    } catch (ClosedWatchServiceException e) {
      // Closed: the end.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    service.close();
  }
}
