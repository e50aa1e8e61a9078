package dev.varve.container.adapter.conmon;

import dev.varve.container.application.CgroupPath;
import dev.varve.linux.process.Posix;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The cgroups of containers, {@code /<prefix>/<container>} or below a parent that was asked for, in
 * each hierarchy that this mount namespace shows, whichever version of cgroups that is.
 */
final class Cgroups {
  private static final int SIGKILL = 9;
  private static final String OOM_KILL = "oom_kill ";
  private static final int ROUNDS = 200;
  private static final long PAUSE_MILLIS = 5;

  /**
   * Where a hybrid host shows cgroup v2. The engine hides it, which crun does not notice: it makes
   * ordinary directories and files in the place that is then seen.
   */
  private static final Path UNIFIED = Path.of("/sys/fs/cgroup/unified");

  private final List<Path> hierarchies;
  private final String prefix;
  private final Path bundles;

  /**
   * @param bundles where those of containers in another place say so
   */
  Cgroups(String prefix, Path bundles) throws IOException {
    this(hierarchies(Files.readAllLines(Path.of("/proc/thread-self/mountinfo"))), prefix, bundles);
  }

  Cgroups(List<Path> hierarchies, String prefix, Path bundles) {
    this.hierarchies = hierarchies;
    this.prefix = prefix;
    this.bundles = bundles;
  }

  /** Within each hierarchy, absolute. */
  private String path(String containerId) throws IOException {
    try {
      return Files.readString(RunFiles.ofContainer(bundles, containerId).cgroup());
    } catch (NoSuchFileException e) {
      return CgroupPath.of("", prefix, containerId);
    }
  }

  private Path in(Path hierarchy, String containerId) throws IOException {
    return hierarchy.resolve(path(containerId).substring(1));
  }

  /** Where cgroup file systems are mounted; a later mount on the same place hides the earlier. */
  static List<Path> hierarchies(List<String> mountinfo) {
    List<Path> result = new ArrayList<>();
    for (String line : mountinfo) {
      String[] halves = line.split(" - ", 2);
      String[] fields = halves[0].split(" ");
      Path target = Path.of(fields[4]);
      result.remove(target);
      if (halves[1].startsWith("cgroup ") || halves[1].startsWith("cgroup2 ")) {
        result.add(target);
      }
    }
    return List.copyOf(result);
  }

  /** Whether lines of /proc/PID/cgroup say that the process is in the container's cgroup. */
  boolean contains(String containerId, List<String> processCgroups) throws IOException {
    String path = ":" + path(containerId);
    return processCgroups.stream()
        .anyMatch(line -> line.endsWith(path) || line.contains(path + "/"));
  }

  /** Pids of all its processes, in their order. */
  List<Integer> processes(String containerId) throws IOException {
    Set<Integer> pids = new TreeSet<>();
    for (Path hierarchy : hierarchies) {
      addProcesses(in(hierarchy, containerId), pids);
      if (!pids.isEmpty()) {
        break;
      }
    }
    return List.copyOf(pids);
  }

  private static void addProcesses(Path cgroup, Set<Integer> into) throws IOException {
    try {
      for (String line : Files.readAllLines(cgroup.resolve("cgroup.procs"))) {
        int pid = Integer.parseInt(line.strip());
        // 0: a process that this pid namespace does not show.
        if (pid > 0) {
          into.add(pid);
        }
      }
      for (Path child : children(cgroup)) {
        addProcesses(child, into);
      }
    } catch (NoSuchFileException e) {
      // Not there, or removed while we looked.
    } catch (FileSystemException e) {
      if (Files.exists(cgroup)) {
        throw e;
      }
    }
  }

  private static List<Path> children(Path cgroup) throws IOException {
    try (Stream<Path> entries = Files.list(cgroup)) {
      return entries.filter(Files::isDirectory).toList();
    }
  }

  /** Freezes or lets go on; returns when it is so. False when there is no such cgroup. */
  boolean freeze(String containerId, boolean frozen) throws IOException {
    for (Path hierarchy : hierarchies) {
      Freezer freezer = new Freezer(in(hierarchy, containerId));
      if (freezer.isThere()) {
        for (int round = 0; !freezer.set(frozen); round++) {
          if (round == ROUNDS) {
            throw new IOException("the processes of " + containerId + " do not freeze");
          }
          pause();
        }
        return true;
      }
    }
    return false;
  }

  /** Lets it have as many processes as there can be. */
  void liftProcessLimit(String containerId) throws IOException {
    for (Path hierarchy : hierarchies) {
      Path limit = in(hierarchy, containerId).resolve("pids.max");
      if (Files.exists(limit)) {
        Files.writeString(limit, "max");
      }
    }
  }

  /** How many of its processes the kernel has killed for their memory; 0 when nobody knows. */
  long oomKills(String containerId) throws IOException {
    for (Path hierarchy : hierarchies) {
      Path cgroup = in(hierarchy, containerId);
      for (String file : List.of("memory.oom_control", "memory.events")) {
        Path counters = cgroup.resolve(file);
        if (Files.exists(counters)) {
          return Files.readAllLines(counters).stream()
              .filter(line -> line.startsWith(OOM_KILL))
              .mapToLong(line -> Long.parseLong(line.substring(OOM_KILL.length()).strip()))
              .sum();
        }
      }
    }
    return 0;
  }

  /** Kills until nothing is left, as a fork bomb needs. */
  void kill(String containerId) throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      List<Integer> pids = processes(containerId);
      if (pids.isEmpty()) {
        return;
      }
      for (int pid : pids) {
        Posix.kill(pid, SIGKILL);
      }
      pause();
    }
    throw new IOException(
        "processes of container " + containerId + " do not die: " + processes(containerId));
  }

  /** Removes the container's cgroups; the kernel may need a moment after the last process. */
  void remove(String containerId) throws IOException {
    for (Path hierarchy : hierarchies) {
      Path cgroup = in(hierarchy, containerId);
      for (int round = 0; !removeNow(cgroup); round++) {
        if (round == ROUNDS) {
          throw new IOException("cannot remove " + cgroup + ": busy");
        }
        pause();
      }
    }
    if (!hierarchies.contains(UNIFIED)) {
      RunFiles.deleteTree(in(UNIFIED, containerId));
    }
  }

  /** False when it is still in use. */
  private static boolean removeNow(Path cgroup) throws IOException {
    try {
      Files.deleteIfExists(cgroup);
      return true;
    } catch (DirectoryNotEmptyException e) {
      // Also what EBUSY looks like: a cgroup's own files do not count.
      return removeChildren(cgroup);
    } catch (FileSystemException e) {
      return removeChildren(cgroup);
    }
  }

  private static boolean removeChildren(Path cgroup) throws IOException {
    if (!Files.exists(cgroup)) {
      return true;
    }
    for (Path child : children(cgroup)) {
      if (!removeNow(child)) {
        return false;
      }
    }
    return false;
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("waiting for a cgroup");
    }
  }
}
