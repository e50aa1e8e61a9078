package dev.varve.snapshot.domain;

import java.util.Optional;

/**
 * One layer of an image: where its archive is and what it makes on top of which parent.
 *
 * @param parent empty for the bottom layer
 * @param uncompressedSize bytes of the archive; 0 when the image did not say
 */
public record Layer(
    ChainId chainId,
    Optional<ChainId> parent,
    DiffId diffId,
    Digest blob,
    String mediaType,
    long uncompressedSize) {}
