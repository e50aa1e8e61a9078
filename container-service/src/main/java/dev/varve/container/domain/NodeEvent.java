package dev.varve.container.domain;

/** What happens to a machine that runs containers. */
public sealed interface NodeEvent extends DomainEvent {

  /**
   * @param bootId the kernel's: a change means that no process of before survives
   */
  record NodeStarted(String bootId, String version) implements NodeEvent {}
}
