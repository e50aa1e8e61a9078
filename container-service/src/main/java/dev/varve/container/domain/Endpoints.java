package dev.varve.container.domain;

import java.util.List;

/**
 * The networks that a container is to be connected to, once they were changed after its creation;
 * before that its {@link ContainerSpec} says it.
 */
public record Endpoints(String containerId, List<EndpointSpec> endpoints) implements DomainState {
  public Endpoints {
    endpoints = List.copyOf(endpoints);
  }

  /** What a container is to be connected to in its next run. */
  public static List<EndpointSpec> of(Facts facts, Container it) {
    return facts
        .endpoints(it.id())
        .map(Endpoints::endpoints)
        .orElseGet(() -> it.spec().endpoints());
  }
}
