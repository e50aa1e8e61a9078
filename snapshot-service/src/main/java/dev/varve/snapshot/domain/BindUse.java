package dev.varve.snapshot.domain;

/**
 * A file or directory of the node that a container has mounted.
 *
 * @param source a path of the node
 */
public record BindUse(String source, String destination, boolean readOnly) {}
