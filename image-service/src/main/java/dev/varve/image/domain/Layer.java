package dev.varve.image.domain;

/**
 * One immutable layer of an image.
 *
 * @param ordinal position from the bottom, starting at 0
 * @param digest of the blob as stored, maybe compressed
 * @param size bytes of the blob as stored
 * @param createdBy the history entry that made it; empty when unknown
 * @param uncompressedSize bytes of the tar
 */
public record Layer(
    int ordinal,
    Digest digest,
    DiffId diffId,
    ChainId chainId,
    long size,
    String mediaType,
    String createdBy,
    long uncompressedSize,
    Origin origin) {

  /** Stored as an uncompressed tar. */
  public boolean isPlain() {
    return mediaType.endsWith(".tar");
  }
}
