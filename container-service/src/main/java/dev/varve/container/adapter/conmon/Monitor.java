package dev.varve.container.adapter.conmon;

import dev.varve.container.adapter.conmon.Runtimes.Runtime;
import dev.varve.linux.process.Descriptor;
import dev.varve.linux.process.Poller;
import dev.varve.linux.process.Spawn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Starts monitors. A monitor puts itself in the background, calls the runtime, reports on a pipe
 * and then stays with the process whether or not the engine lives.
 */
final class Monitor {
  /** The argument of {@code --log-path} for what leaves no log. */
  static final String NO_LOG = "none";

  private static final List<Path> PROGRAMS =
      List.of(
          Path.of("/usr/bin/conmon"),
          Path.of("/usr/libexec/podman/conmon"),
          Path.of("/usr/local/bin/conmon"));

  private final Poller poller;
  private final Path temporary;
  private final Path program;

  /**
   * @param temporary for sockets with short names
   */
  Monitor(Poller poller, Path temporary) {
    this.poller = poller;
    this.temporary = temporary;
    this.program =
        PROGRAMS.stream().filter(Files::isExecutable).findFirst().orElse(PROGRAMS.getFirst());
  }

  /** The program does not see the end of a client's input. */
  static void leaveStdinOpen(RunFiles files, List<String> argv) throws IOException {
    Files.createFile(files.stdinStaysOpen());
    argv.add("--leave-stdin-open");
  }

  /** The pipes to a monitor that has just been started. */
  record Started(SyncPipe results, Optional<SyncPipe> attached, Optional<Descriptor> goAhead)
      implements AutoCloseable {
    @Override
    public void close() {
      results.close();
      attached.ifPresent(SyncPipe::close);
      goAhead.ifPresent(Descriptor::close);
    }
  }

  /** Arguments that runs and execs have in common. */
  List<String> arguments(
      RunFiles files, Runtime runtime, String containerId, boolean stdin, boolean terminal) {
    List<String> argv = new ArrayList<>();
    argv.add(program.toString());
    argv.addAll(List.of("--api-version", "1", "--log-level", "error", "--no-sync-log"));
    argv.addAll(List.of("--cid", containerId, "--cuuid", containerId, "--name", containerId));
    argv.addAll(List.of("--bundle", files.directory().toString(), "--full-attach"));
    argv.addAll(List.of("--persist-dir", files.directory().toString()));
    argv.addAll(List.of("--container-pidfile", files.pid().toString()));
    argv.addAll(List.of("--conmon-pidfile", files.monitorPid().toString()));
    argv.addAll(List.of("--runtime", runtime.program().toString()));
    for (String argument : runtime.globalArguments()) {
      argv.addAll(List.of("--runtime-arg", argument));
    }
    if (stdin) {
      argv.add("--stdin");
    }
    if (terminal) {
      argv.add("--terminal");
    }
    return argv;
  }

  /** Starts a monitor that goes on at once. */
  Started start(RunFiles files, List<String> argv) throws IOException {
    try (Descriptor.Pipe results = Descriptor.pipe(true);
        Descriptor nothing = Descriptor.open(Path.of("/dev/null"), Descriptor.O_RDWR);
        Descriptor errors = errors(files)) {
      spawn(
          files,
          argv,
          List.of("_OCI_SYNCPIPE=3"),
          List.of(nothing, nothing, errors, results.writeEnd()));
      return new Started(take(results), Optional.empty(), Optional.empty());
    }
  }

  /**
   * Starts a monitor that calls the runtime when {@link Started#goAhead} is counted up, after it
   * has said on {@link Started#attached} that its socket is there. It takes the end of a pipe for a
   * go-ahead too, and so would run what nobody has recorded if the engine died in between: hence a
   * counter, which leaves it waiting.
   */
  Started startAttached(RunFiles files, List<String> argv) throws IOException {
    try (Descriptor.Pipe results = Descriptor.pipe(true);
        Descriptor.Pipe attached = Descriptor.pipe(true);
        Descriptor go = Descriptor.counter(1); // the first reading lets it fork
        Descriptor nothing = Descriptor.open(Path.of("/dev/null"), Descriptor.O_RDWR);
        Descriptor errors = errors(files)) {
      spawn(
          files,
          argv,
          List.of("_OCI_SYNCPIPE=3", "_OCI_ATTACHPIPE=4", "_OCI_STARTPIPE=5"),
          List.of(nothing, nothing, errors, results.writeEnd(), attached.writeEnd(), go));
      return new Started(take(results), Optional.of(take(attached)), Optional.of(go.duplicate()));
    }
  }

  private SyncPipe take(Descriptor.Pipe pipe) throws IOException {
    return new SyncPipe(pipe.readEnd().duplicate(), poller);
  }

  private static Descriptor errors(RunFiles files) throws IOException {
    return Descriptor.open(
        files.monitorErrors(), Descriptor.O_WRONLY | Descriptor.O_CREAT | Descriptor.O_APPEND);
  }

  private void spawn(
      RunFiles files, List<String> argv, List<String> pipes, List<Descriptor> descriptors)
      throws IOException {
    List<String> environment = new ArrayList<>(pipes);
    environment.add("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
    environment.add("TMPDIR=" + temporary);
    int pid = new Spawn(argv, environment, files.directory(), descriptors).start();
    // It forks and leaves before the runtime is called: this is short.
    Spawn.await(pid);
  }

  /** What a monitor that said nothing on its pipe wrote to its standard error. */
  static String errorText(RunFiles files) throws IOException {
    Path file = files.monitorErrors();
    return Files.exists(file)
        ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip()
        : "";
  }
}
