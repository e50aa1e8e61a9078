package dev.varve.gateway.history;

import dev.varve.values.container.v1.MountPoint;
import java.util.List;
import java.util.Map;

/** What must be known of a subject to tell its later events in Docker's words. */
sealed interface Remembered {

  /**
   * @param name without the slash
   * @param startedNanos of the present or last run, unix; 0 before the first
   * @param volumes as they are mounted while it runs
   * @param restart its last start was the second half of a restart
   * @param outOfMemory told of its present or last run
   */
  record OfContainer(
      String name,
      String image,
      Map<String, String> labels,
      List<MountPoint> volumes,
      long startedNanos,
      boolean restart,
      boolean outOfMemory)
      implements Remembered {
    OfContainer renamed(String newName) {
      return new OfContainer(newName, image, labels, volumes, startedNanos, restart, outOfMemory);
    }

    OfContainer starting(boolean again) {
      return new OfContainer(name, image, labels, volumes, startedNanos, again, false);
    }

    OfContainer started(long nanos) {
      return new OfContainer(name, image, labels, volumes, nanos, restart, outOfMemory);
    }

    OfContainer outOfMemoryTold() {
      return new OfContainer(name, image, labels, volumes, startedNanos, restart, true);
    }
  }

  record OfVolume(String driver) implements Remembered {}

  record OfExec(String containerId, String command) implements Remembered {}

  record OfNetwork(String name, String driver) implements Remembered {}

  /**
   * @param addedBy the request that brought it: the names it gives are part of that
   */
  record OfImage(String addedBy) implements Remembered {}

  /** An image that stands under a step of a build; nobody can find it. */
  record OfStep() implements Remembered {}

  record OfReference(String imageId) implements Remembered {}
}
