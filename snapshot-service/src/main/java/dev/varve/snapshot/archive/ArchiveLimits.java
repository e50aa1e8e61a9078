package dev.varve.snapshot.archive;

/**
 * How much one archive may make us do.
 *
 * @param bytes uncompressed, and apparent size of any sparse file
 * @param entries names to be created
 */
public record ArchiveLimits(long bytes, long entries) {
  /** 64 GiB and four million names: above any image seen, below a disk's end. */
  public static final ArchiveLimits DEFAULT = new ArchiveLimits(64L << 30, 4_000_000);

  /** The same, with the archive's size as its image declared it; 0 means it did not. */
  public ArchiveLimits declared(long size) {
    return size > 0 && size < bytes ? new ArchiveLimits(size, entries) : this;
  }
}
