package dev.varve.snapshot.domain;

import java.util.Optional;

/**
 * An unpacked layer.
 *
 * @param sizeBytes of its files' contents
 * @param entries files, directories, links, devices and whiteouts
 */
public record AppliedLayer(
    ChainId chainId, DiffId diffId, Optional<ChainId> parent, long sizeBytes, long entries) {}
