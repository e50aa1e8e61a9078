package dev.varve.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * An engine as a user has it: started by {@code ./varve up}, with a broker and a database of its
 * own, in a network namespace of its own, and removed with all that belonged to it.
 */
final class Engine implements AutoCloseable {
  private static final Path HOME = Path.of("").toAbsolutePath().getParent();
  private static final Duration START = Duration.ofMinutes(10);

  /** The bcrypt form of {@code secret}. */
  private static final String USERS =
      "me:$2b$05$DyqU4yXile6CN/XLjnKOeewGYCvajQMhenXiM4hB2777rb0mToXwi\n";

  private final Path work;
  private final boolean ownDisk;
  private final String prefix;
  private final TestNetwork network;
  private final Docker docker;

  /**
   * @param prefix names the engine's network namespace and its topics; at most ten small letters
   *     and digits
   */
  Engine(String prefix) throws IOException {
    this(prefix, 0);
  }

  /**
   * @param diskMiB the size of a file system of its own, which all that it keeps is on; or 0
   */
  Engine(String prefix, int diskMiB) throws IOException {
    this.prefix = prefix;
    // The database's user must be able to pass through.
    this.work =
        Files.createTempDirectory(
            Path.of(System.getenv().getOrDefault("VARVE_E2E_WORK", "/tmp")),
            "varve-e2e-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
    this.ownDisk = diskMiB > 0;
    if (ownDisk) {
      mount(diskMiB);
    }
    Files.writeString(users(), USERS);
    this.network = new TestNetwork(prefix);
    this.docker = new Docker("unix://" + socket());
  }

  Docker docker() {
    return docker;
  }

  Path socket() {
    return work.resolve("run/docker.sock");
  }

  Path root() {
    return work.resolve("root");
  }

  String prefix() {
    return prefix;
  }

  /** Where the engine's own registry listens, in its network. */
  String registry() {
    return "127.0.0.1:5999";
  }

  private Path users() {
    return work.resolve("users");
  }

  void up(String... arguments) {
    inside("up", "--no-seed", arguments).ok();
  }

  /** Starts with other settings, each an environment variable. */
  Shell.Result upWith(Map<String, String> settings) {
    return varve(settings, network.inside(), Stream.of("up", "--no-seed"));
  }

  /** Starts an engine that halts, as by kill -9, at that point of its work. */
  void upUntil(String crashPoint) {
    varve(Map.of("VARVE_CRASH_AT", crashPoint), network.inside(), Stream.of("up", "--no-seed"))
        .ok();
  }

  /** As {@link #upUntil}, for an engine that is up: log and database go on. */
  void restartUntil(String crashPoint) {
    varve(Map.of("VARVE_CRASH_AT", crashPoint), network.inside(), Stream.of("restart")).ok();
  }

  /** Waits for the end of an engine that {@link #upUntil} or {@link #restartUntil} started. */
  void awaitCrash() throws IOException {
    ProcessHandle.of(pid())
        .ifPresent(jvm -> {
          var _ = jvm.onExit().orTimeout(Shell.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        });
  }

  /** The words in front of a command that shall run in the engine's network. */
  List<String> inside() {
    return network.inside();
  }

  /** The engine's address for its neighbours, which is not a loopback one. */
  String address() {
    return network.address();
  }

  /** The engine alone. */
  void restart() {
    varve("restart").ok();
  }

  void down(String... arguments) {
    inside("down", "", arguments).ok();
  }

  /** Makes the images from the packages of this machine, from outside of the engine's network. */
  void seed(String... only) {
    varve(List.of(), Stream.concat(Stream.of("image", "seed"), Stream.of(only))).ok();
  }

  /** Any other command of {@code ./varve}. */
  Shell.Result varve(String... arguments) {
    return varve(network.inside(), Stream.of(arguments));
  }

  /** What the engine keeps of images: layers on disk and mounted, blobs, and work in progress. */
  Set<String> kept() throws IOException {
    Set<String> kept = new TreeSet<>();
    for (String directory :
        List.of("snapshots/layers", "content/blobs/sha256", "content/ingest", "content/leases")) {
      try (Stream<Path> entries = Files.list(root().resolve(directory))) {
        entries.forEach(entry -> kept.add(root().relativize(entry).toString()));
      }
    }
    Path mountInfo = Path.of("/proc", Long.toString(pid()), "mountinfo");
    try (Stream<String> mounts = Files.lines(mountInfo)) {
      mounts
          .map(mount -> mount.split(" ")[4])
          .filter(mount -> mount.startsWith(root() + "/snapshots/"))
          .forEach(kept::add);
    }
    return kept;
  }

  /** Of the engine's JVM. */
  long pid() throws IOException {
    return pid("engine");
  }

  private long pid(String part) throws IOException {
    String record = Files.readString(work.resolve("run/processes").resolve(part));
    return Long.parseLong(record.split(" ")[0]);
  }

  /** The engine's JVM gets no chance to say goodbye. */
  void crash() throws IOException {
    crash("engine");
  }

  /**
   * @param part the name of one of its processes
   */
  void crash(String part) throws IOException {
    ProcessHandle process = ProcessHandle.of(pid(part)).orElseThrow();
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Freezes the container's processes by the kernel's own means. */
  void freeze(String containerId) throws IOException {
    for (Path cgroup : cgroups()) {
      Path state = cgroup.resolve("freezer.state");
      if (cgroup.endsWith(containerId) && Files.exists(state)) {
        Files.writeString(state, "FROZEN");
      }
      Path freeze = cgroup.resolve("cgroup.freeze");
      if (cgroup.endsWith(containerId) && Files.exists(freeze)) {
        Files.writeString(freeze, "1");
      }
    }
  }

  /** Those of its containers, in every hierarchy. */
  List<Path> cgroups() throws IOException {
    List<Path> cgroups = new ArrayList<>();
    try (Stream<Path> hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
      for (Path hierarchy : hierarchies.map(it -> it.resolve(prefix)).toList()) {
        if (Files.isDirectory(hierarchy)) {
          try (Stream<Path> containers = Files.list(hierarchy)) {
            containers.filter(Files::isDirectory).forEach(cgroups::add);
          }
        }
      }
    }
    return cgroups;
  }

  /** What the engine answers to a plain request; fails unless it is a success. */
  String get(String path) {
    return Shell.run(
            Map.of(),
            "",
            List.of("curl", "-fsS", "--unix-socket", socket().toString(), "http://varve" + path))
        .ok();
  }

  @Override
  public void close() throws IOException {
    try {
      varve("reset", "--yes").ok();
    } finally {
      network.close();
      Files.deleteIfExists(users());
      if (ownDisk) {
        Shell.run(Map.of(), "", List.of("umount", work.toString())).ok();
      }
      Files.deleteIfExists(work);
    }
  }

  private void mount(int mib) {
    String options = "mode=0711,size=" + mib + "m";
    Shell.run(
            Map.of(),
            "",
            List.of("mount", "-t", "tmpfs", "-o", options, "varve-e2e", work.toString()))
        .ok();
  }

  private Shell.Result inside(String command, String first, String... more) {
    return varve(
        network.inside(),
        Stream.concat(Stream.of(command, first), Stream.of(more)).filter(word -> !word.isEmpty()));
  }

  private Shell.Result varve(List<String> before, Stream<String> arguments) {
    return varve(Map.of(), before, arguments);
  }

  private Shell.Result varve(
      Map<String, String> more, List<String> before, Stream<String> arguments) {
    return Shell.run(environment(more), "", START, command(before, arguments));
  }

  /**
   * Any command of {@code ./varve} that goes on, to be ended by who started it, who may read what
   * it complains of.
   */
  Process start(String... arguments) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command(network.inside(), Stream.of(arguments)));
    builder.environment().putAll(environment(Map.of()));
    return builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
  }

  private List<String> command(List<String> before, Stream<String> arguments) {
    List<String> command = new ArrayList<>(before);
    command.add(HOME.resolve("varve").toString());
    command.addAll(List.of("--root", root().toString(), "--run", work.resolve("run").toString()));
    command.addAll(List.of("--prefix", prefix, "--node", "node1"));
    arguments.forEach(command::add);
    return command;
  }

  private Map<String, String> environment(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("VARVE_SEED", HOME.resolve("e2e/target/seed").toString());
    environment.put("VARVE_SOCKET", "");
    environment.putIfAbsent("VARVE_LISTEN", "tcp://" + registry());
    environment.put("VARVE_REGISTRY_USERS", users().toString());
    return environment;
  }
}
