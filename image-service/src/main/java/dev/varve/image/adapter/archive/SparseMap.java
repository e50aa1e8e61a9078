package dev.varve.image.adapter.archive;

import java.util.List;

/** What GNU's sparse maps must obey: in order, without overlap, within the file's real size. */
final class SparseMap {
  private SparseMap() {}

  /**
   * @param pairs offset and length in turn
   */
  static void check(List<Long> pairs, long realSize) throws ArchiveFormatException {
    if (pairs.size() % 2 != 0) {
      throw ArchiveFormatException.invalidHeader();
    }
    long end = 0;
    for (int i = 0; i < pairs.size(); i += 2) {
      long offset = pairs.get(i);
      long length = pairs.get(i + 1);
      if (offset < end || length > realSize || offset > realSize - length) {
        throw ArchiveFormatException.invalidHeader();
      }
      end = offset + length;
    }
  }

  /** A decimal number that is not negative and fits. */
  static long number(String text) throws ArchiveFormatException {
    try {
      long number = Long.parseLong(text);
      if (number >= 0 && text.charAt(0) != '+') {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below, like a negative one.
    }
    throw ArchiveFormatException.invalidHeader();
  }
}
