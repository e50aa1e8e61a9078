package dev.varve.container.adapter.conmon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The freezer of one cgroup, of either version: the same files that the runtimes' own pause writes,
 * without the start of a program.
 */
record Freezer(Path cgroup) {
  private Path first() {
    return cgroup.resolve("freezer.state");
  }

  private Path second() {
    return cgroup.resolve("cgroup.freeze");
  }

  /** Whether this hierarchy can freeze the cgroup. */
  boolean isThere() {
    return Files.exists(first()) || Files.exists(second());
  }

  /**
   * Asks for it.
   *
   * @return whether it is so by now
   */
  boolean set(boolean frozen) throws IOException {
    if (Files.exists(first())) {
      // Version 1 may stay at FREEZING until it is asked once more.
      Files.writeString(first(), frozen ? "FROZEN" : "THAWED");
      return Files.readString(first()).strip().equals(frozen ? "FROZEN" : "THAWED");
    }
    Files.writeString(second(), frozen ? "1" : "0");
    return Files.readString(cgroup.resolve("cgroup.events"))
        .lines()
        .anyMatch(line -> line.equals(frozen ? "frozen 1" : "frozen 0"));
  }
}
