package dev.varve.container.domain;

/** What is done to all containers at once. */
public sealed interface PruneEvent extends DomainEvent {

  /** Somebody had stopped containers removed. Closes its subject, which can open again. */
  record Pruned(long reclaimedBytes) implements PruneEvent {}

  /** Somebody had networks removed that nobody used. Closes its subject, too. */
  record NetworksPruned() implements PruneEvent {}
}
