package dev.varve.container.domain;

/** What happens to a network, and to its name, whose subject can open again after its release. */
public sealed interface NetworkEvent extends DomainEvent {

  record NetworkCreated(String networkId, NetworkSpec spec) implements NetworkEvent {}

  /** Closes the network's subject. */
  record NetworkRemoved(String networkId, String name) implements NetworkEvent {}

  record NetworkNameClaimed(String name, String networkId) implements NetworkEvent {}

  record NetworkNameReleased(String name, String networkId) implements NetworkEvent {}
}
