package dev.varve.image.adapter.archive;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.archive.Meter;
import dev.varve.image.application.ArchiveLimits;
import java.util.function.LongSupplier;

/** What one archive has cost so far, against the limits. One thread. */
final class Budget {
  private final ArchiveLimits limits;
  private long unpacked;
  private long documents;

  Budget(ArchiveLimits limits) {
    this.limits = limits;
  }

  /** True when not one entry but the archive as a whole has gone too far. */
  boolean isExhausted() {
    return unpacked > limits.unpacked();
  }

  ArchiveLimits limits() {
    return limits;
  }

  /**
   * @param packedBytes how many bytes have gone into the unpacking so far
   */
  Meter meter(LongSupplier packedBytes) {
    return (bytes, soFar) -> spend(bytes, soFar, packedBytes.getAsLong());
  }

  private void spend(long bytes, long soFar, long packed) throws ArchiveRefusedException {
    unpacked += bytes;
    if (isExhausted()) {
      throw new ArchiveRefusedException(
          "invalid archive: unpacks to more than " + limits.unpacked() + " bytes");
    }
    if (soFar > limits.ratioFrom() && soFar / limits.ratio() > packed) {
      throw new ArchiveRefusedException(
          "invalid archive: unpacks to more than " + limits.ratio() + " times its size");
    }
  }

  void addDocument(long bytes) throws ArchiveRefusedException {
    documents += bytes;
    if (documents > limits.documents()) {
      throw new ArchiveRefusedException(
          "invalid archive: more than " + limits.documents() + " bytes of JSON");
    }
  }
}
