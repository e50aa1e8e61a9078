package dev.varve.snapshot.domain;

/** A lease that has not ended: what was made under it stays. */
public record OpenLease(String id) implements ContainerState {}
