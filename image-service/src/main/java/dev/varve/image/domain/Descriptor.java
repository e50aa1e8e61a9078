package dev.varve.image.domain;

/**
 * Points at a blob.
 *
 * @param size bytes as stored
 */
public record Descriptor(String mediaType, Digest digest, long size) {}
