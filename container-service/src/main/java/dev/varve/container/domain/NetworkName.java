package dev.varve.container.domain;

/**
 * A taken name of a network.
 *
 * @param node the node that claimed it, and that gives it back when its network was never made
 */
public record NetworkName(String name, String networkId, String node) implements DomainState {}
