package dev.varve.archive;

/** Judges how much has been read of a stream, after each read. */
@FunctionalInterface
public interface Meter {
  /**
   * @param bytes just read
   * @param soFar of this stream, these included
   * @throws ArchiveRefusedException when it is too much
   */
  void passed(int bytes, long soFar) throws ArchiveRefusedException;

  static Meter atMost(long limit) {
    return (bytes, soFar) -> {
      if (soFar > limit) {
        throw new ArchiveRefusedException("the archive is larger than " + limit + " bytes");
      }
    };
  }
}
