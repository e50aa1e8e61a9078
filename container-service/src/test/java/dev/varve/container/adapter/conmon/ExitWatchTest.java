package dev.varve.container.adapter.conmon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.container.application.ContainerRuntime.Exit;
import dev.varve.linux.process.Descriptor;
import dev.varve.linux.process.PidFd;
import dev.varve.linux.process.Poller;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ordinary processes play the program and its monitor. */
class ExitWatchTest {
  private static final int SIGSTOP = 19;
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofMillis(20);

  @TempDir Path directory;
  private final List<Process> processes = new ArrayList<>();
  private Poller poller;
  private RunFiles files;

  @BeforeEach
  void open() throws Exception {
    poller = new Poller("test-poller");
    files = new RunFiles(directory, "c1");
  }

  @AfterEach
  void close() {
    processes.forEach(Process::destroyForcibly);
    poller.close();
  }

  private ExitWatch watch(Predicate<RunFiles> isHeldUp, Duration patience) {
    return new ExitWatch(poller, Clock.systemUTC(), _ -> false, isHeldUp, patience);
  }

  private Process start(String... command) throws Exception {
    Process process = new ProcessBuilder(command).start();
    processes.add(process);
    return process;
  }

  /** Writes an exit code when the program has ended. */
  private Process monitorOf(Process program) throws Exception {
    return start(
        "sh",
        "-c",
        "while kill -0 " + program.pid() + "; do sleep 0.01; done 2>&-; echo 7 >" + files.exit());
  }

  private static Optional<Descriptor> handle(Process process) throws Exception {
    return PidFd.open((int) process.pid());
  }

  @Test
  void aMonitorThatWasStoppedGoesOnWhenItsProgramHasEnded() throws Exception {
    Process program = start("sleep", "1000");
    Process monitor = monitorOf(program);
    try (Descriptor handle = handle(monitor).orElseThrow()) {
      PidFd.signal(handle, SIGSTOP);
    }
    CompletableFuture<Exit> end =
        watch(_ -> false, LONG).watch(files, handle(monitor), handle(program));
    program.destroy();
    assertThat(end.get().exitCode()).isEqualTo(7);
    assertThat(end.get().known()).isEqualTo(Exit.Known.YES);
  }

  @Test
  void aMonitorThatNeverSaysHowItEndedIsNotWaitedFor() throws Exception {
    Process program = start("sleep", "1000");
    CompletableFuture<Exit> end =
        watch(_ -> false, SHORT).watch(files, handle(start("sleep", "1000")), handle(program));
    assertThat(end).isNotDone();
    program.destroy();
    assertThat(end.get().known()).isEqualTo(Exit.Known.MONITOR_LOST);
  }

  @Test
  void theEndOfAProgramThatWasGoneBeforeIsToldAsWell() throws Exception {
    CompletableFuture<Exit> end =
        watch(_ -> false, SHORT).watch(files, handle(start("sleep", "1000")), Optional.empty());
    assertThat(end.get().known()).isEqualTo(Exit.Known.MONITOR_LOST);
  }

  @Test
  void aMonitorThatWaitsForUsIsGivenTime() throws Exception {
    Process program = start("sleep", "1000");
    AtomicInteger asked = new AtomicInteger();
    CompletableFuture<Exit> end =
        watch(_ -> asked.incrementAndGet() < 3, SHORT)
            .watch(files, handle(start("sleep", "1000")), handle(program));
    program.destroy();
    assertThat(end.get().known()).isEqualTo(Exit.Known.MONITOR_LOST);
    assertThat(asked).hasValue(3);
  }

  @Test
  void withoutItsMonitorTheProgramIsWaitedFor() throws Exception {
    Process program = start("sleep", "1000");
    Process monitor = start("sleep", "1000");
    CompletableFuture<Exit> end =
        watch(_ -> false, LONG).watch(files, handle(monitor), handle(program));
    monitor.destroy();
    monitor.waitFor();
    assertThat(end).isNotDone();
    program.destroy();
    assertThat(end.get().known()).isEqualTo(Exit.Known.MONITOR_LOST);
  }
}
