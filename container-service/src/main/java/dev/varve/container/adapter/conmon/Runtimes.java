package dev.varve.container.adapter.conmon;

import dev.varve.eventlog.Problem;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.process.Descriptor;
import dev.varve.linux.process.SealedProgram;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The OCI runtimes on this host and their state directories, {@code runtime/<name>/<container>}.
 */
final class Runtimes implements AutoCloseable {
  private static final String CRUN = "crun";
  private static final List<String> NAMES = List.of(CRUN, "runc");
  private static final List<Path> PROGRAMS =
      List.of(Path.of("/usr/bin"), Path.of("/usr/sbin"), Path.of("/usr/local/bin"));
  private static final String FIFO = "exec.fifo";

  private final Path state;
  private final Map<String, SealedProgram> sealed = new ConcurrentHashMap<>();

  Runtimes(Path run) {
    this.state = run.resolve("runtime");
  }

  /** A runtime's program and where it keeps its state. */
  record Runtime(String name, Path program, Path root) {
    List<String> globalArguments() {
      return List.of("--root=" + root);
    }

    boolean isCrun() {
      return name.equals(CRUN);
    }

    Path stateOf(String containerId) {
      return root.resolve(containerId);
    }
  }

  /**
   * @param name as the user gave it; empty for the default
   */
  Runtime named(String name) {
    String plain = name.isEmpty() ? CRUN : name;
    return NAMES.stream()
        .filter(plain::equals)
        .flatMap(known -> find(known).stream())
        .findFirst()
        .orElseThrow(() ->
            new Problem(Problem.Code.INVALID, "unknown or invalid runtime name: " + plain)
                .asException());
  }

  private Optional<Runtime> find(String name) {
    return PROGRAMS.stream()
        .map(directory -> directory.resolve(name))
        .filter(Files::isExecutable)
        .findFirst()
        .map(program -> new Runtime(name, sealed(name, program), state.resolve(name)));
  }

  private Path sealed(String name, Path program) {
    return sealed
        .computeIfAbsent(
            name,
            ignored -> {
              try {
                return SealedProgram.copy(program);
              } catch (IOException e) {
                throw new UncheckedIOException("cannot load " + program, e);
              }
            })
        .path();
  }

  /** The one that has state of this container. */
  Optional<Runtime> having(String containerId) {
    return NAMES.stream()
        .filter(name -> Files.isDirectory(state.resolve(name).resolve(containerId)))
        .flatMap(name -> find(name).stream())
        .findFirst();
  }

  /** Created and not yet started: its init still waits at the FIFO. */
  boolean isWaiting(String containerId) {
    return NAMES.stream()
        .anyMatch(name -> Files.exists(state.resolve(name).resolve(containerId).resolve(FIFO)));
  }

  /**
   * Lets the init of a created container go on. crun's needs no more than a byte in its FIFO, which
   * saves the start of a program; runc's is asked by its own command.
   *
   * @throws SystemCallException ENXIO when the init is gone
   */
  void start(Runtime runtime, String containerId) throws IOException {
    Path fifo = runtime.stateOf(containerId).resolve(FIFO);
    if (runtime.isCrun()) {
      try (Descriptor pipe = Descriptor.open(fifo, Descriptor.O_WRONLY | Descriptor.O_NONBLOCK)) {
        Files.deleteIfExists(fifo);
        pipe.write(new byte[1]);
      }
      return;
    }
    String output = run(runtime, "start", containerId);
    if (!output.isEmpty()) {
      throw new SystemCallException("start: " + output, Errno.EIO);
    }
  }

  /**
   * @param resources a file in the form of {@code linux.resources}
   * @throws IOException in the words of Docker around the runtime's own
   */
  void update(Runtime runtime, String containerId, Path resources) throws IOException {
    String output = run(runtime, "update", "--resources=" + resources, containerId);
    if (!output.isEmpty()) {
      throw new IOException(
          runtime.name() + " did not terminate successfully: exit status 1: " + output);
    }
  }

  /**
   * @return empty when it succeeded, otherwise what it said
   */
  private static String run(Runtime runtime, String... command) throws IOException {
    List<String> argv = new ArrayList<>(List.of(runtime.program().toString()));
    argv.addAll(runtime.globalArguments());
    argv.addAll(List.of(command));
    Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    try {
      if (process.waitFor() == 0) {
        return "";
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("waiting for " + runtime.name());
    }
    return output.isEmpty() ? runtime.name() + " " + command[0] + " failed" : output;
  }

  void deleteState(String containerId) throws IOException {
    for (String name : NAMES) {
      RunFiles.deleteTree(state.resolve(name).resolve(containerId));
    }
  }

  @Override
  public void close() {
    sealed.values().forEach(SealedProgram::close);
  }
}
