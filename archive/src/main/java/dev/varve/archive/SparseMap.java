package dev.varve.archive;

import java.util.List;

/**
 * Where a sparse file has data; the rest, up to {@code realSize}, are holes.
 *
 * @param extents ascending, not overlapping, within {@code realSize}
 */
public record SparseMap(List<Extent> extents, long realSize) {
  /** Enough for any file met in an image; a map is attacker's memory to us. */
  static final int MAX_EXTENTS = 100_000;

  public record Extent(long offset, long length) {}

  /**
   * @throws ArchiveRefusedException when the map contradicts itself or the stored size
   */
  static SparseMap checked(List<Extent> extents, long realSize, long stored, TarLimits limits)
      throws ArchiveRefusedException {
    if (realSize < 0) {
      throw ArchiveRefusedException.invalidHeader();
    }
    if (realSize > limits.bytes()) {
      throw new ArchiveRefusedException("sparse file of " + realSize + " bytes");
    }
    long end = 0;
    long sum = 0;
    for (Extent extent : extents) {
      if (extent.offset() < end
          || extent.length() < 0
          || extent.length() > realSize - extent.offset()) {
        throw ArchiveRefusedException.invalidHeader();
      }
      end = extent.offset() + extent.length();
      sum += extent.length();
    }
    if (sum != stored) {
      throw ArchiveRefusedException.invalidHeader();
    }
    return new SparseMap(List.copyOf(extents), realSize);
  }
}
