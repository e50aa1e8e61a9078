package dev.varve.container.adapter.conmon;

import dev.varve.container.application.ContainerRuntime.Exit;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.process.Descriptor;
import dev.varve.linux.process.PidFd;
import dev.varve.linux.process.Poller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Learns of ends from the monitors' own: a monitor writes the exit code to a file, then ends, and
 * its process handle turns readable. A monitor that was killed leaves no file; then the end of the
 * program itself is awaited, its exit code lost.
 *
 * <p>The program's own handle is watched as well, for a monitor may be stopped or stuck: it is made
 * to go on when the program has ended, and if that does not help, not waited for.
 *
 * <p>Nothing is missed while the engine is down: the file stays until the run is deleted.
 */
final class ExitWatch {
  private static final Logger LOG = Logger.getLogger(ExitWatch.class);

  /** Docker has no code for "nobody knows"; a shell's 255 is out of range of ordinary ends. */
  private static final int UNKNOWN = 255;

  private static final int SIGCONT = 18;

  private final Poller poller;
  private final Clock clock;
  private final Predicate<RunFiles> outOfMemory;
  private final Predicate<RunFiles> isHeldUp;
  private final Executor later;
  private final Map<String, CompletableFuture<Exit>> running = new ConcurrentHashMap<>();
  private final List<Runnable> unreported = new ArrayList<>();
  private @Nullable BiConsumer<String, Exit> listener;

  /**
   * @param outOfMemory whether the kernel killed something in a run that has ended for its memory
   * @param isHeldUp whether a run's monitor waits for us, to whom it hands its last output
   * @param patience with a monitor that does not end after its program
   */
  ExitWatch(
      Poller poller,
      Clock clock,
      Predicate<RunFiles> outOfMemory,
      Predicate<RunFiles> isHeldUp,
      Duration patience) {
    this.outOfMemory = outOfMemory;
    this.isHeldUp = isHeldUp;
    this.poller = poller;
    this.clock = clock;
    this.later = CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Watches a run or exec; called once for each.
   *
   * @param monitor the monitor's process, empty when it is gone
   * @param program the first process, empty when it is gone
   * @return done at the end, when the exit code has been read
   */
  CompletableFuture<Exit> watch(
      RunFiles files, Optional<Descriptor> monitor, Optional<Descriptor> program)
      throws IOException {
    CompletableFuture<Exit> future = new CompletableFuture<>();
    CompletableFuture<Exit> earlier = running.putIfAbsent(files.key(), future);
    if (earlier != null) {
      monitor.ifPresent(Descriptor::close);
      program.ifPresent(Descriptor::close);
      return earlier;
    }
    future.thenAccept(exit -> report(files.key(), exit));
    new Ends(files, future).await(monitor, program);
    return future;
  }

  /** Waits for two processes and says when there is nothing more to wait for. */
  private final class Ends {
    private final RunFiles files;
    private final CompletableFuture<Exit> future;
    private Poller.@Nullable Watch monitor;
    private Poller.@Nullable Watch program;

    Ends(RunFiles files, CompletableFuture<Exit> future) {
      this.files = files;
      this.future = future;
    }

    synchronized void await(Optional<Descriptor> monitorHandle, Optional<Descriptor> programHandle)
        throws SystemCallException {
      if (monitorHandle.isPresent()) {
        monitor = onEnd(monitorHandle.get(), this::monitorEnded);
      }
      if (programHandle.isPresent()) {
        program = onEnd(programHandle.get(), this::programEnded);
      } else {
        programEnded();
      }
    }

    private Poller.Watch onEnd(Descriptor process, Runnable action) throws SystemCallException {
      return poller.watch(
          process,
          ignored -> {
            action.run();
            return false;
          });
    }

    private synchronized void monitorEnded() {
      monitor = null;
      if (program == null || Files.exists(files.exit())) {
        finish();
      }
    }

    private synchronized void programEnded() {
      program = null;
      Poller.Watch lasting = monitor;
      if (lasting == null) {
        finish();
        return;
      }
      try {
        // All that is left to it is to say so, and it may have been stopped.
        lasting.use(handle -> PidFd.signal(handle, SIGCONT));
      } catch (SystemCallException e) {
        LOG.debugf(e, "monitor of %s", files.key());
      }
      later.execute(this::giveUp);
    }

    private synchronized void giveUp() {
      if (monitor == null) {
        return;
      }
      if (isHeldUp.test(files)) {
        later.execute(this::giveUp);
        return;
      }
      LOG.warnf("The monitor of %s does not say how it ended", files.key());
      finish();
    }

    private void finish() {
      Stream.of(Optional.ofNullable(monitor), Optional.ofNullable(program))
          .flatMap(Optional::stream)
          .forEach(Poller.Watch::close);
      monitor = null;
      program = null;
      complete(files, future);
    }
  }

  private void complete(RunFiles files, CompletableFuture<Exit> future) {
    try {
      future.complete(
          read(files)
              .orElseGet(() ->
                  new Exit(
                      UNKNOWN, clock.instant(), outOfMemory.test(files), Exit.Known.MONITOR_LOST)));
    } catch (IOException e) {
      LOG.warnf(e, "cannot read the exit code of %s", files.key());
      future.complete(new Exit(UNKNOWN, clock.instant(), false, Exit.Known.MONITOR_LOST));
    }
  }

  /** What the monitor wrote; empty when it has written nothing. */
  Optional<Exit> read(RunFiles files) throws IOException {
    try {
      int code = Integer.parseInt(Files.readString(files.exit()).strip());
      Instant time = Files.getLastModifiedTime(files.exit()).toInstant();
      return Optional.of(new Exit(code, time, outOfMemory.test(files), Exit.Known.YES));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  boolean isWatching(String key) {
    return running.containsKey(key);
  }

  /** Done when a watched run has ended; already done when none is watched. */
  CompletableFuture<?> ended(String key) {
    CompletableFuture<Exit> future = running.get(key);
    return future == null ? CompletableFuture.completedFuture(null) : future;
  }

  /** The run has been deleted; a later one with the same key is another. */
  void forget(String key) {
    running.remove(key);
  }

  private void report(String key, Exit exit) {
    BiConsumer<String, Exit> present;
    synchronized (this) {
      present = listener;
      if (present == null) {
        unreported.add(() -> report(key, exit));
        return;
      }
    }
    Thread.ofVirtual()
        .name("exit-" + key)
        .start(() -> {
          try {
            present.accept(key, exit);
          } catch (RuntimeException e) {
            LOG.errorf(e, "listener for the end of %s", key);
          }
        });
  }

  void listen(BiConsumer<String, Exit> newListener) {
    List<Runnable> waiting;
    synchronized (this) {
      listener = newListener;
      waiting = List.copyOf(unreported);
      unreported.clear();
    }
    waiting.forEach(Runnable::run);
  }

  /** A handle of a process that is what its file says, judged after opening the handle. */
  static Optional<Descriptor> handle(Optional<Integer> pid, IntPredicate isMeant)
      throws SystemCallException {
    if (pid.isEmpty()) {
      return Optional.empty();
    }
    Optional<Descriptor> handle = PidFd.open(pid.get());
    if (handle.isPresent() && !isMeant.test(pid.get())) {
      handle.get().close();
      return Optional.empty();
    }
    return handle;
  }
}
