package dev.varve.container.domain;

/** A machine that runs containers, as of the service's last start there. */
public record Node(String name, String bootId, String version) implements DomainState {}
