package dev.varve.container.domain;

/** What happens to a network. */
public sealed interface NetworkEvent extends DomainEvent {

  /**
   * @param bridge the Linux bridge's name; empty for drivers without one
   * @param subnet CIDR; empty for drivers without one
   */
  record NetworkCreated(
      String networkId,
      String name,
      String driver,
      String bridge,
      String subnet,
      String gateway,
      boolean internal)
      implements NetworkEvent {}
}
