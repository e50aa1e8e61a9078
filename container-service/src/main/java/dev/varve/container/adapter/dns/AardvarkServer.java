package dev.varve.container.adapter.dns;

import dev.varve.container.application.NameServer;
import dev.varve.linux.process.Descriptor;
import dev.varve.linux.process.PidFd;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * {@link NameServer} by one aardvark-dns process, which goes on when this one ends and is found
 * again by its pid file. It runs while some network has a container on it; when it dies before that
 * it is started anew. Where the program is missing, containers learn no names.
 *
 * <p>In the directory: a file for each network, named by its id, and {@code aardvark.pid}.
 */
public final class AardvarkServer implements NameServer, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(AardvarkServer.class);
  private static final int SIGHUP = 1;
  private static final int SIGTERM = 15;
  private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");
  private static final String PID_FILE = "aardvark.pid";
  private static final List<Path> PROGRAMS =
      List.of(Path.of("/usr/lib/podman/aardvark-dns"), Path.of("/usr/libexec/podman/aardvark-dns"));

  /** A domain that no name ends in: none is cut off. */
  private static final String NO_DOMAIN = "varve.invalid";

  private final Path directory;
  private boolean closed;
  private long watched;

  /**
   * @param run the run directory
   */
  public AardvarkServer(Path run) {
    this.directory = run.resolve("names");
  }

  @Override
  public synchronized void restore(Collection<Zone> zones) throws IOException {
    Files.createDirectories(directory);
    Set<String> known = new HashSet<>(Set.of(PID_FILE));
    for (Zone zone : zones) {
      if (!zone.entries().isEmpty()) {
        known.add(zone.networkId());
      }
      write(zone);
    }
    for (Path file : files()) {
      if (!known.contains(String.valueOf(file.getFileName()))) {
        Files.deleteIfExists(file);
      }
    }
    reload();
  }

  @Override
  public synchronized void publish(Collection<Zone> zones) throws IOException {
    boolean changed = false;
    for (Zone zone : zones) {
      changed |= write(zone);
    }
    if (changed) {
      reload();
    }
  }

  /**
   * @return false when it says so already
   */
  private boolean write(Zone zone) throws IOException {
    Path file = directory.resolve(zone.networkId());
    if (zone.entries().isEmpty()) {
      return Files.deleteIfExists(file);
    }
    String text = AardvarkZone.render(zone, hostServers());
    try {
      if (Files.readString(file).equals(text)) {
        return false;
      }
    } catch (NoSuchFileException e) {
      // It is the network's first container.
    }
    // The server reads whatever lies in its directory, so the half-written file lies elsewhere.
    Path part = directory.resolveSibling("names.part");
    Files.writeString(part, text);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    return true;
  }

  private static List<String> hostServers() throws IOException {
    try (Stream<String> lines = Files.lines(RESOLV_CONF)) {
      return lines
          .map(line -> line.strip().split("\\s+"))
          .filter(words -> words.length > 1 && words[0].equals("nameserver"))
          .map(words -> words[1])
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private void reload() throws IOException {
    boolean needed =
        files().stream().anyMatch(file -> !String.valueOf(file.getFileName()).equals(PID_FILE));
    boolean runs = signal(needed ? SIGHUP : SIGTERM);
    if (needed && !runs) {
      start();
    } else if (!needed) {
      watched = 0;
      Files.deleteIfExists(directory.resolve(PID_FILE));
    }
    if (needed) {
      watch();
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
      return isOurs(pid.get()) && PidFd.signal(it, signal);
    }
  }

  private Optional<Integer> pid() throws IOException {
    try {
      return Optional.of(Integer.parseInt(Files.readString(directory.resolve(PID_FILE)).strip()));
    } catch (NoSuchFileException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The number may be another's by now. */
  private boolean isOurs(int pid) {
    try {
      byte[] line = Files.readAllBytes(Path.of("/proc", String.valueOf(pid), "cmdline"));
      return List.of(new String(line, StandardCharsets.UTF_8).split("\0", -1))
          .contains(directory.toString());
    } catch (IOException e) {
      return false;
    }
  }

  private void start() throws IOException {
    Optional<Path> program = PROGRAMS.stream().filter(Files::isExecutable).findFirst();
    if (program.isEmpty()) {
      LOG.warn("aardvark-dns is not installed: containers don't find each other by name");
      return;
    }
    // It goes into the background by itself, and then the process started here ends.
    Process process =
        new ProcessBuilder(
                program.get().toString(),
                "-c",
                directory.toString(),
                "-p",
                "53",
                "-f",
                NO_DOMAIN,
                "run")
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

  /** It goes on, as the containers do. */
  @Override
  public synchronized void close() {
    closed = true;
  }
}
