package dev.varve.snapshot.domain;

/**
 * A container's claim on an image that it has mounted.
 *
 * @param subpath what is mounted of it; empty for all
 */
public record ImageUse(String imageId, String destination, String subpath) {}
