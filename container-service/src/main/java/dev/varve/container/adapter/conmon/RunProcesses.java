package dev.varve.container.adapter.conmon;

import dev.varve.container.application.ContainerRuntime.Exit;
import dev.varve.container.application.ContainerRuntime.Observation;
import dev.varve.container.application.ContainerRuntime.Process;
import dev.varve.linux.process.Descriptor;
import dev.varve.linux.process.PidFd;
import dev.varve.linux.process.Poller;
import dev.varve.linux.process.ProcessFacts;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

/**
 * The two processes of a run or exec, its program and its monitor: which they are, by their files
 * and the kernel, whether they live, and their ends.
 */
final class RunProcesses {
  private static final int SIGKILL = 9;
  private static final int DEATH_SECONDS = 10;

  /** With monitors that are only slow, as they are on a machine that has too much to do. */
  private static final Duration MONITOR_PATIENCE = Duration.ofSeconds(15);

  private final Cgroups cgroups;
  private final AttachHubs hubs;
  private final Poller poller;
  private final ExitWatch exits;

  RunProcesses(Cgroups cgroups, AttachHubs hubs, Poller poller, Clock clock) {
    this.cgroups = cgroups;
    this.hubs = hubs;
    this.poller = poller;
    this.exits =
        new ExitWatch(poller, clock, this::ranOutOfMemory, hubs::waitForReaders, MONITOR_PATIENCE);
  }

  /** Is told of each end that {@link #watch} waits for. */
  void listen(BiConsumer<String, Exit> listener) {
    exits.listen(listener);
  }

  /** Begins to wait for the end of a run or exec that has just begun or is found at start. */
  CompletableFuture<Exit> watch(RunFiles files) throws IOException {
    return exits.watch(files, monitorOf(files), programOf(files));
  }

  static Optional<Descriptor> monitorOf(RunFiles files) throws IOException {
    return ExitWatch.handle(
        RunFiles.number(files.monitorPid()), pid -> isArgumentOf(pid, files.containerId()));
  }

  Optional<Descriptor> programOf(RunFiles files) throws IOException {
    return ExitWatch.handle(
        RunFiles.number(files.pid()),
        pid -> {
          try {
            return cgroups.contains(files.containerId(), ProcessFacts.cgroups(pid));
          } catch (IOException e) {
            return false;
          }
        });
  }

  static Process process(int pid) throws IOException {
    // One that has ended already has no ticks to tell; nobody will be mistaken for it.
    return new Process(pid, ProcessFacts.stat(pid).map(ProcessFacts.Stat::startTicks).orElse(0L));
  }

  Observation observe(RunFiles files) throws IOException {
    Optional<Exit> exit = exits.read(files);
    if (exit.isPresent()) {
      return new Observation.Ended(exit.get());
    }
    Optional<Integer> pid = RunFiles.number(files.pid());
    if (pid.isEmpty()) {
      return new Observation.Absent();
    }
    Optional<ProcessFacts.Stat> stat = ProcessFacts.stat(pid.get());
    boolean ours = cgroups.contains(files.containerId(), ProcessFacts.cgroups(pid.get()));
    if (stat.isPresent() && ours && !stat.get().zombie()) {
      return new Observation.Running(new Process(pid.get(), stat.get().startTicks()));
    }
    // Its monitor is about to write the exit code, or will never do so.
    CompletableFuture<Exit> end = watch(files);
    await(end);
    return end.isDone()
        ? new Observation.Ended(end.join())
        : new Observation.Running(process(pid.get()));
  }

  /**
   * Sends the program a signal.
   *
   * @return false when it has ended
   */
  boolean signal(RunFiles files, int signal) throws IOException {
    Optional<Descriptor> program = programOf(files);
    if (program.isEmpty()) {
      return false;
    }
    try (Descriptor process = program.get()) {
      return PidFd.signal(process, signal);
    }
  }

  /** Waits for a program that has been killed, but not for ever. */
  void awaitDeath(RunFiles files) throws IOException {
    awaitEnd(programOf(files));
  }

  private void awaitEnd(Optional<Descriptor> process) throws IOException {
    if (process.isPresent()) {
      CompletableFuture<Boolean> dead = new CompletableFuture<>();
      poller.watch(process.get(), ignored -> !dead.complete(true));
      await(dead);
    }
  }

  /** Lets the monitor write its last words; one that does not end is ended. */
  void endMonitor(RunFiles files) throws IOException {
    if (exits.isWatching(files.key())) {
      await(exits.ended(files.key()));
    }
    Optional<Descriptor> monitor = monitorOf(files);
    if (monitor.isPresent()) {
      try (Descriptor handle = monitor.get()) {
        PidFd.signal(handle, SIGKILL);
      }
      awaitEnd(monitorOf(files));
      endHelper(files);
    }
    hubs.close(files);
    exits.forget(files.key());
  }

  /**
   * A monitor's child, which is to become the runtime, asks the kernel to end it with the monitor
   * only after it was forked: when the monitor was killed before, it waits for ever.
   */
  private static void endHelper(RunFiles files) throws IOException {
    String directory = files.directory().toString();
    List<Integer> candidates =
        ProcessHandle.allProcesses()
            .map(process -> (int) process.pid())
            .filter(pid -> isArgumentOf(pid, directory))
            .toList();
    for (int candidate : candidates) {
      Optional<Descriptor> process =
          ExitWatch.handle(Optional.of(candidate), pid -> isArgumentOf(pid, directory));
      if (process.isPresent()) {
        try (Descriptor handle = process.get()) {
          PidFd.signal(handle, SIGKILL);
        }
      }
    }
  }

  private static boolean isArgumentOf(int pid, String argument) {
    try {
      return ProcessFacts.commandLine(pid).contains(argument);
    } catch (IOException e) {
      return false;
    }
  }

  /** False when it takes too long. */
  private static boolean await(CompletableFuture<?> future) throws IOException {
    try {
      future.get(DEATH_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("waiting for a process to end");
    }
  }

  /** By the monitor's word or the kernel's, which lasts as long as the run's cgroup. */
  private boolean ranOutOfMemory(RunFiles files) {
    try {
      return Files.exists(files.outOfMemory())
          || !files.isExec() && cgroups.oomKills(files.key()) > 0;
    } catch (IOException e) {
      return false;
    }
  }
}
