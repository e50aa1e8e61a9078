package dev.varve.gateway.history;

import dev.varve.events.container.v1.MountPoint;
import java.util.List;
import java.util.Map;

/** What must be known of a subject to tell its later events in Docker's words. */
sealed interface Remembered {

  /**
   * @param name without the slash
   * @param startedNanos of the present or last run, unix; 0 before the first
   * @param volumes as they are mounted while it runs
   * @param stoppedBy the request that stopped it last: a start by the same one is a restart
   */
  record OfContainer(
      String name,
      String image,
      Map<String, String> labels,
      List<MountPoint> volumes,
      long startedNanos,
      String stoppedBy)
      implements Remembered {
    OfContainer renamed(String newName) {
      return new OfContainer(newName, image, labels, volumes, startedNanos, stoppedBy);
    }

    OfContainer started(long nanos) {
      return new OfContainer(name, image, labels, volumes, nanos, stoppedBy);
    }

    OfContainer stopped(String request) {
      return new OfContainer(name, image, labels, volumes, startedNanos, request);
    }
  }

  record OfVolume(String driver) implements Remembered {}

  record OfExec(String containerId, String command) implements Remembered {}

  record OfNetwork(String name, String driver) implements Remembered {}

  /**
   * @param addedBy the request that brought it: the names it gives are part of that
   */
  record OfImage(String addedBy) implements Remembered {}

  record OfReference(String imageId) implements Remembered {}
}
