package dev.varve.container.application;

import dev.varve.container.domain.ContainerEvent;
import dev.varve.container.domain.Subjects;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Decision;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/**
 * Records who looked at a container, behind his back: nothing depends on it. One record at a time
 * for each container, in the order they came: hundreds at once would be rivals of each other on one
 * subject, and of the container's end, which nobody would learn of for as long. Any thread.
 */
final class Sightings {
  private final ContainerLedger ledger;

  /** Of those containers that somebody is recording for. */
  private final Map<String, Queue<Sighting>> waiting = new HashMap<>();

  private record Sighting(Cause cause, ContainerEvent event) {}

  Sightings(ContainerLedger ledger) {
    this.ledger = ledger;
  }

  void add(String containerId, Cause cause, ContainerEvent event) {
    synchronized (waiting) {
      Queue<Sighting> present = waiting.get(containerId);
      if (present == null) {
        present = new ArrayDeque<>();
        waiting.put(containerId, present);
        Thread.startVirtualThread(() -> recordAll(containerId));
      }
      present.add(new Sighting(cause, event));
    }
  }

  private void recordAll(String containerId) {
    while (true) {
      Sighting next;
      synchronized (waiting) {
        Queue<Sighting> present = waiting.get(containerId);
        next = present == null ? null : present.poll();
        if (next == null) {
          waiting.remove(containerId);
          return;
        }
      }
      Effects.clean("record of who attached to " + containerId, () -> record(containerId, next));
    }
  }

  private void record(String containerId, Sighting seen) {
    ledger.decide(
        seen.cause(),
        facts ->
            facts.container(containerId).isPresent()
                ? Decision.accept(Subjects.container(containerId), seen.event(), true)
                : Decision.nothing(false));
  }
}
