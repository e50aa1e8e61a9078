package dev.varve.container.domain;

import java.util.List;

/** What happens to the networks a container is to be connected to. */
public sealed interface EndpointsEvent extends DomainEvent {

  /** Somebody connected or disconnected it: these are all of them now. */
  record EndpointsChanged(String containerId, List<EndpointSpec> endpoints)
      implements EndpointsEvent {}

  /** The container is gone. Closes the subject. */
  record EndpointsForgotten(String containerId) implements EndpointsEvent {}
}
