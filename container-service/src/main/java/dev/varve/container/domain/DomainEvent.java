package dev.varve.container.domain;

/** Everything that can stand in the container service's topic. */
public sealed interface DomainEvent
    permits ContainerEvent,
        NameEvent,
        ExecEvent,
        NetworkEvent,
        EndpointsEvent,
        LeaseEvent,
        NodeEvent,
        PruneEvent,
        BuildRunEvent {}
