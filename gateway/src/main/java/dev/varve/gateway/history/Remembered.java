package dev.varve.gateway.history;

import java.util.Map;

/** What must be known of a subject to tell its later events in Docker's words. */
sealed interface Remembered {

  /**
   * @param name without the slash
   * @param startedNanos of the present or last run, unix; 0 before the first
   * @param restart its last start was the second half of a restart
   * @param outOfMemory told of its present or last run
   */
  record OfContainer(
      String name,
      String image,
      Map<String, String> labels,
      long startedNanos,
      boolean restart,
      boolean outOfMemory)
      implements Remembered {
    OfContainer renamed(String newName) {
      return new OfContainer(newName, image, labels, startedNanos, restart, outOfMemory);
    }

    OfContainer starting(boolean again) {
      return new OfContainer(name, image, labels, startedNanos, again, false);
    }

    OfContainer started(long nanos) {
      return new OfContainer(name, image, labels, nanos, restart, outOfMemory);
    }

    OfContainer outOfMemoryTold() {
      return new OfContainer(name, image, labels, startedNanos, restart, true);
    }
  }

  record OfExec(String containerId, String command) implements Remembered {}

  record OfNetwork(String name, String driver) implements Remembered {}

  /**
   * @param addedBy the request that brought it: the names it gives are part of that
   */
  record OfImage(String addedBy) implements Remembered {}

  record OfReference(String imageId) implements Remembered {}
}
