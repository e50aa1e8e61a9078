package dev.varve.container.domain;

/** The state of one subject of the container service's topic. */
public sealed interface DomainState
    permits Container, NameClaim, Exec, Network, NetworkName, Endpoints, Lease, Node {}
