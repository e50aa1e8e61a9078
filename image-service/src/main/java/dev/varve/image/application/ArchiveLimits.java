package dev.varve.image.application;

/**
 * What an archive may cost before it is refused. Sizes in bytes.
 *
 * @param document one JSON document
 * @param documents all JSON documents of one archive together: they are held in memory
 * @param archiveEntries entries of the outer archive
 * @param layers layers of one image
 * @param layerEntries files of one layer
 * @param unpacked all that one archive unpacks to
 * @param ratio how many times larger than its compressed form something may become, once it is
 *     larger than {@code ratioFrom}
 */
public record ArchiveLimits(
    int document,
    long documents,
    int archiveEntries,
    int layers,
    long layerEntries,
    long unpacked,
    int ratio,
    long ratioFrom) {
  private static final int MIB = 1 << 20;

  /** Generous to any real image, and far below what hurts. */
  public static final ArchiveLimits DEFAULT =
      new ArchiveLimits(4 * MIB, 64L * MIB, 100_000, 500, 10_000_000, 256L << 30, 200, 256L * MIB);
}
