package dev.varve.container.adapter.conmon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files of one run or exec, kept by the monitor and us in a directory that does not survive a
 * reboot: {@code bundles/<container>} or {@code bundles/<container>/execs/<exec>}.
 *
 * @param key the container's id, or for an exec {@code container/exec}
 */
record RunFiles(Path directory, String key) {
  private static final String EXECS = "execs";

  static RunFiles ofContainer(Path bundles, String containerId) {
    return new RunFiles(bundles.resolve(checked(containerId)), containerId);
  }

  static RunFiles ofExec(Path bundles, String containerId, String execId) {
    return new RunFiles(
        bundles.resolve(checked(containerId)).resolve(EXECS).resolve(checked(execId)),
        containerId + "/" + execId);
  }

  /** Ids become file names. */
  private static String checked(String id) {
    if (!id.matches("[A-Za-z0-9][A-Za-z0-9_.-]*")) {
      throw new IllegalArgumentException("id: " + id);
    }
    return id;
  }

  boolean isExec() {
    return key.indexOf('/') >= 0;
  }

  /** The runtime's bundle description, or the process of an exec. */
  Path specification() {
    return directory.resolve(isExec() ? "process.json" : "config.json");
  }

  Path pid() {
    return directory.resolve("pid");
  }

  Path monitorPid() {
    return directory.resolve("monitor.pid");
  }

  /** What the monitor says before it has a log to say it in. */
  Path monitorErrors() {
    return directory.resolve("monitor.err");
  }

  Path attachSocket() {
    return directory.resolve("attach");
  }

  Path control() {
    return directory.resolve("ctl");
  }

  Path exit() {
    return directory.resolve("exit");
  }

  Path outOfMemory() {
    return directory.resolve("oom");
  }

  /** A file system of its own while others may share the container's /dev/shm. */
  Path sharedMemory() {
    return directory.resolve("shm");
  }

  /** What the last update of the running container asked the runtime for. */
  Path resources() {
    return directory.resolve("resources.json");
  }

  /** Names the container's cgroup when it is in no usual place. */
  Path cgroup() {
    return directory.resolve("cgroup");
  }

  /** Is there when a client that goes away does not end the program's input. */
  Path stdinStaysOpen() {
    return directory.resolve("stdin-stays-open");
  }

  String containerId() {
    return isExec() ? key.substring(0, key.indexOf('/')) : key;
  }

  /** Of an exec only. */
  String execId() {
    return key.substring(key.indexOf('/') + 1);
  }

  /** Execs of this container that have not been deleted. */
  List<RunFiles> execs() throws IOException {
    return names(directory.resolve(EXECS)).stream()
        .map(exec -> new RunFiles(directory.resolve(EXECS).resolve(exec), key + "/" + exec))
        .toList();
  }

  /** Containers whose run has not been deleted. */
  static List<RunFiles> all(Path bundles) throws IOException {
    return names(bundles).stream().map(id -> ofContainer(bundles, id)).toList();
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> String.valueOf(entry.getFileName())).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  void make() throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  boolean exists() {
    return Files.isDirectory(directory);
  }

  /** The number in one of the pid files; empty while it has not been written. */
  static Optional<Integer> number(Path file) throws IOException {
    try {
      String text = Files.readString(file).strip();
      return text.isEmpty() ? Optional.empty() : Optional.of(Integer.parseInt(text));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  void delete() throws IOException {
    deleteTree(directory);
  }

  /** A directory of our own, without links to follow. Idempotent. */
  static void deleteTree(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path entry : entries.toList()) {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          deleteTree(entry);
        } else {
          Files.deleteIfExists(entry);
        }
      }
    } catch (NoSuchFileException e) {
      return;
    }
    Files.deleteIfExists(directory);
  }
}
