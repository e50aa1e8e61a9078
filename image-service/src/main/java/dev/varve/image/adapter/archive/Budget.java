package dev.varve.image.adapter.archive;

import dev.varve.image.application.ArchiveLimits;

/** What one archive has cost so far, against the limits. One thread. */
final class Budget {
  private final ArchiveLimits limits;
  private long unpacked;
  private long documents;
  private int entries;

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
   * @param bytes just unpacked
   * @param soFar of this stream
   * @param packed that it came from
   */
  void spend(long bytes, long soFar, long packed) throws ArchiveFormatException {
    unpacked += bytes;
    if (isExhausted()) {
      throw new ArchiveFormatException(
          "invalid archive: unpacks to more than " + limits.unpacked() + " bytes");
    }
    if (soFar > limits.ratioFrom() && soFar / limits.ratio() > packed) {
      throw new ArchiveFormatException(
          "invalid archive: unpacks to more than " + limits.ratio() + " times its size");
    }
  }

  void addEntry() throws ArchiveFormatException {
    if (++entries > limits.archiveEntries()) {
      throw new ArchiveFormatException(
          "invalid archive: more than " + limits.archiveEntries() + " entries");
    }
  }

  void addDocument(long bytes) throws ArchiveFormatException {
    documents += bytes;
    if (documents > limits.documents()) {
      throw new ArchiveFormatException(
          "invalid archive: more than " + limits.documents() + " bytes of JSON");
    }
  }
}
