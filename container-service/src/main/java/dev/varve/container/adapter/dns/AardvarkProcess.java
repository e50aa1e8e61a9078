package dev.varve.container.adapter.dns;

import dev.varve.linux.SystemCallException;
import dev.varve.linux.process.Descriptor;
import dev.varve.linux.process.PidFd;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * One aardvark-dns and the directory it reads, a file for each zone. It goes on when the engine
 * ends, and is found again by its pid file; unless it is another program than the one wanted now,
 * which then takes its place. It runs while there is a zone; when it dies before that it is started
 * anew. Thread-safe.
 */
final class AardvarkProcess {
  private static final Logger LOG = Logger.getLogger(AardvarkProcess.class);
  private static final int SIGHUP = 1;
  private static final int SIGKILL = 9;
  private static final int SIGTERM = 15;
  private static final int PATIENCE_MILLIS = 2000;
  private static final String PID_FILE = "aardvark.pid";

  /** A domain that no name ends in: none is cut off. */
  private static final String NO_DOMAIN = "varve.invalid";

  private final Path directory;
  private final List<Path> programs;
  private final int port;
  private final Map<String, String> environment;
  private boolean closed;
  private long watched;

  /**
   * @param programs of which the first that is there is run
   * @param port on which it listens at the addresses of all zones
   */
  AardvarkProcess(Path directory, List<Path> programs, int port, Map<String, String> environment) {
    this.directory = directory;
    this.programs = List.copyOf(programs);
    this.port = port;
    this.environment = Map.copyOf(environment);
  }

  /** At start: takes away all zones but these. */
  synchronized void keep(Set<String> zones) throws IOException {
    Files.createDirectories(directory);
    for (Path file : zones()) {
      if (!zones.contains(String.valueOf(file.getFileName()))) {
        Files.deleteIfExists(file);
      }
    }
  }

  /**
   * Has effect with {@link #reload}.
   *
   * @return false when it says so already
   */
  synchronized boolean write(String zone, String text) throws IOException {
    Path file = directory.resolve(zone);
    try {
      if (Files.readString(file).equals(text)) {
        return false;
      }
    } catch (NoSuchFileException e) {
      // It is the zone's first container.
    }
    // The server reads whatever lies in its directory, so the half-written file lies elsewhere.
    Path part = directory.resolveSibling(directory.getFileName() + ".part");
    Files.writeString(part, text);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    return true;
  }

  /** The same for a zone that is not needed any more. */
  synchronized boolean delete(String zone) throws IOException {
    return Files.deleteIfExists(directory.resolve(zone));
  }

  /** Zones are read anew; the process is started, or ended, where that is called for. */
  synchronized void reload() throws IOException {
    if (zones().isEmpty()) {
      var _ = signal(SIGTERM);
      watched = 0;
      Files.deleteIfExists(directory.resolve(PID_FILE));
      return;
    }
    if (!signal(SIGHUP)) {
      start();
    }
    watch();
  }

  private List<Path> zones() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> !String.valueOf(file.getFileName()).equals(PID_FILE)).toList();
    }
  }

  private boolean signal(int signal) throws IOException {
    Optional<Integer> pid = pid();
    if (pid.isEmpty()) {
      return false;
    }
    Optional<Descriptor> process = PidFd.open(pid.get());
    if (process.isEmpty()) {
      return false;
    }
    try (Descriptor it = process.get()) {
      List<String> arguments = arguments(pid.get());
      if (!arguments.contains(directory.toString())) {
        return false; // the number is another's by now
      }
      if (!arguments.contains(String.valueOf(port)) || isOutdated(arguments)) {
        end(it); // an earlier engine's, which listens elsewhere or is another program
        return false;
      }
      return PidFd.signal(it, signal);
    }
  }

  /** Returns when its port is free. */
  private static void end(Descriptor process) throws SystemCallException {
    if (PidFd.signal(process, SIGTERM) && !PidFd.awaitEnd(process, PATIENCE_MILLIS)) {
      var _ = PidFd.signal(process, SIGKILL);
      var _ = PidFd.awaitEnd(process, PATIENCE_MILLIS);
    }
  }

  private boolean isOutdated(List<String> arguments) {
    return program().filter(it -> !arguments.contains(it.toString())).isPresent();
  }

  private Optional<Path> program() {
    return programs.stream().filter(Files::isExecutable).findFirst();
  }

  private Optional<Integer> pid() throws IOException {
    try {
      return Optional.of(Integer.parseInt(Files.readString(directory.resolve(PID_FILE)).strip()));
    } catch (NoSuchFileException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static List<String> arguments(int pid) {
    try {
      byte[] line = Files.readAllBytes(Path.of("/proc", String.valueOf(pid), "cmdline"));
      return List.of(new String(line, StandardCharsets.UTF_8).split("\0", -1));
    } catch (IOException e) {
      return List.of();
    }
  }

  private void start() throws IOException {
    Optional<Path> program = program();
    if (program.isEmpty()) {
      LOG.warn("aardvark-dns is not installed: containers don't find each other by name");
      return;
    }
    ProcessBuilder builder =
        new ProcessBuilder(
            program.get().toString(),
            "-c",
            directory.toString(),
            "-p",
            String.valueOf(port),
            "-f",
            NO_DOMAIN,
            "run");
    builder.environment().putAll(environment);
    // It goes into the background by itself, and then the process started here ends.
    Process process =
        builder
            .directory(Path.of("/").toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      int status = process.waitFor();
      if (status != 0) {
        LOG.errorf("aardvark-dns ended with status %d", status);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("waiting for aardvark-dns");
    }
  }

  private void watch() throws IOException {
    int pid = pid().orElse(0);
    if (pid == 0 || pid == watched) {
      return;
    }
    watched = pid;
    ProcessHandle.of(pid).ifPresent(it -> it.onExit().thenRun(() -> ended(pid)));
  }

  private synchronized void ended(int pid) {
    if (closed || watched != pid) {
      return;
    }
    LOG.warn("aardvark-dns ended: it is started again");
    watched = 0;
    try {
      reload();
    } catch (IOException e) {
      LOG.error("aardvark-dns cannot be started", e);
    }
  }

  /** It goes on, and is looked after no more. */
  synchronized void leave() {
    closed = true;
  }
}
