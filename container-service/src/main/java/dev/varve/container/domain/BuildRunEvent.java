package dev.varve.container.domain;

/** What this service has to say to builds, beside the life of their containers. */
public sealed interface BuildRunEvent extends DomainEvent {

  /** The container that a build asked for could not be made or started. Closes its subject. */
  record BuildRunRefused(String message) implements BuildRunEvent {}
}
