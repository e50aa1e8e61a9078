package dev.varve.image.application;

import dev.varve.eventlog.Change;
import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.Ledger;
import dev.varve.eventlog.Position;
import dev.varve.image.domain.ContainerFact;
import dev.varve.image.domain.ContainerUse;
import dev.varve.image.domain.Digest;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which containers exist, from the container topic. Any thread. */
public final class ContainerUses {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration AWAITED = Duration.ofSeconds(30);

  /**
   * Containers about to be made from one image.
   *
   * @param deadline on {@link System#nanoTime}'s scale
   */
  private record Awaited(int containers, long deadline) {
    boolean isOver() {
      return System.nanoTime() - deadline > 0;
    }
  }

  private final EventLog log;
  private final Ledger<ContainerUse, ContainerFact> ledger;

  /** By image id. */
  private final Map<String, Awaited> awaited = new ConcurrentHashMap<>();

  /** To be made before the ledger is started. */
  public ContainerUses(EventLog log, Ledger<ContainerUse, ContainerFact> ledger) {
    this.log = log;
    this.ledger = ledger;
    ledger.listen(this::follow);
  }

  /** What this service has seen so far; never waits. */
  public Collection<ContainerUse> seen() {
    return ledger.live().values();
  }

  /**
   * All containers that the topic knew of when this was called: who was told that a container
   * exists must not see its image removed.
   *
   * @throws dev.varve.eventlog.LogUnavailableException when the topic cannot be read in time
   */
  public Collection<ContainerUse> now() {
    log.ends()
        .forEach((partition, end) -> {
          if (end > 0) {
            var _ = ledger.awaitPassed(new Position(partition, end - 1), PATIENCE);
          }
        });
    return seen();
  }

  boolean holds(Digest imageId) {
    return awaits(imageId) || seen().stream().anyMatch(container -> container.uses(imageId));
  }

  /**
   * Somebody is about to make a container from the image: what it needs stays until the container
   * is seen, or for half a minute.
   */
  void await(Digest imageId) {
    long deadline = System.nanoTime() + AWAITED.toNanos();
    awaited.merge(
        imageId.value(),
        new Awaited(1, deadline),
        (before, one) ->
            before.isOver() ? one : new Awaited(before.containers() + one.containers(), deadline));
  }

  /** The other way out of {@link #await}: that container will not be made. */
  void giveUp(Digest imageId) {
    arrived(imageId.value());
  }

  boolean awaits(Digest imageId) {
    return awaited.computeIfPresent(imageId.value(), (_, found) -> found.isOver() ? null : found)
        != null;
  }

  private void follow(Change<ContainerUse, ContainerFact> change) {
    ContainerUse after = change.after();
    if (change.before() == null && after != null) {
      after.images().forEach(this::arrived);
    }
  }

  private void arrived(String imageId) {
    awaited.computeIfPresent(
        imageId,
        (_, before) ->
            before.containers() == 1
                ? null
                : new Awaited(before.containers() - 1, before.deadline()));
  }
}
