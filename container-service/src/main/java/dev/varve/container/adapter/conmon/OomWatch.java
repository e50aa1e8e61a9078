package dev.varve.container.adapter.conmon;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Learns from the monitors that the kernel killed something in a container for its memory: they
 * make a file then. Where it cannot be watched for, the end of the run still tells.
 */
final class OomWatch implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(OomWatch.class);

  private final WatchService watcher;
  private volatile @Nullable Consumer<String> listener;

  OomWatch() throws IOException {
    this.watcher = FileSystems.getDefault().newWatchService();
  }

  /** Reports to that listener from now on, on one thread. */
  void listen(Consumer<String> newListener) {
    listener = newListener;
    Thread.ofVirtual().name("oom-watch").start(this::follow);
  }

  /** Watches a run until its directory is deleted. */
  void watch(RunFiles files) {
    try {
      var _ = files.directory().register(watcher, StandardWatchEventKinds.ENTRY_CREATE);
      if (Files.exists(files.outOfMemory())) {
        report(files.key());
      }
    } catch (NoSuchFileException e) {
      // It has ended already.
    } catch (IOException e) {
      LOG.warnf("Out of memory in %s will be known at its end only: %s", files.key(), e);
    }
  }

  private void follow() {
    try {
      while (true) {
        WatchKey key = watcher.take();
        if (key.watchable() instanceof Path directory) {
          String id = String.valueOf(directory.getFileName());
          key.pollEvents();
          key.reset();
          if (Files.exists(new RunFiles(directory, id).outOfMemory())) {
            report(id);
          }
        }
      }
    } catch (ClosedWatchServiceException e) {
      // The engine lets go.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void report(String id) {
    Consumer<String> present = listener;
    if (present != null) {
      present.accept(id);
    }
  }

  @Override
  public void close() throws IOException {
    watcher.close();
  }
}
