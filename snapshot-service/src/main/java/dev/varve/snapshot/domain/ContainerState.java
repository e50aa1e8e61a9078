package dev.varve.snapshot.domain;

/** The state of one subject of the container service's topic, as far as it matters here. */
public sealed interface ContainerState permits Container, OpenLease {}
