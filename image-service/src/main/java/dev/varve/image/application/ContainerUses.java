package dev.varve.image.application;

import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.Ledger;
import dev.varve.eventlog.Position;
import dev.varve.image.domain.ContainerFact;
import dev.varve.image.domain.ContainerUse;
import dev.varve.image.domain.Digest;
import java.time.Duration;
import java.util.Collection;

/** Which containers exist, from the container topic. Any thread. */
public final class ContainerUses {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final EventLog log;
  private final Ledger<ContainerUse, ContainerFact> ledger;

  public ContainerUses(EventLog log, Ledger<ContainerUse, ContainerFact> ledger) {
    this.log = log;
    this.ledger = ledger;
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
    return seen().stream().anyMatch(container -> container.uses(imageId));
  }
}
