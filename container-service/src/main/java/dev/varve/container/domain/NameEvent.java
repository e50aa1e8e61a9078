package dev.varve.container.domain;

/** What happens to a container name; the subject can open again after its release. */
public sealed interface NameEvent extends DomainEvent {

  record NameClaimed(String name, String containerId) implements NameEvent {}

  record NameReleased(String name, String containerId) implements NameEvent {}
}
