package dev.varve.image.domain;

/**
 * What a layer that is stored as a plain tar has become for registries: gzip, which another machine
 * or another release may make other bytes of.
 *
 * @param size bytes of the gzipped tar
 */
public record PackedLayer(DiffId diffId, Digest digest, long size) {}
