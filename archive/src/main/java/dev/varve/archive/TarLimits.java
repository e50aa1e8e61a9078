package dev.varve.archive;

/**
 * How much one archive may make us do.
 *
 * @param bytes uncompressed, and apparent size of any sparse file
 * @param entries names to be created
 */
public record TarLimits(long bytes, long entries) {
  /** 64 GiB and four million names: above any image seen, below a disk's end. */
  public static final TarLimits DEFAULT = new TarLimits(64L << 30, 4_000_000);

  /** The same, with the archive's size as its image declared it; 0 means it did not. */
  public TarLimits declared(long size) {
    return size > 0 && size < bytes ? new TarLimits(size, entries) : this;
  }
}
