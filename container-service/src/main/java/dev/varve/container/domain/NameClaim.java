package dev.varve.container.domain;

/**
 * A taken container name.
 *
 * @param node the node that claimed it, and that gives it back when its container was never made
 */
public record NameClaim(String name, String containerId, String node) implements DomainState {}
