package dev.varve.image.adapter.archive;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Remembers that the source or the content store failed. Decompressors wrap and rename what they
 * meet, so the type of an exception does not tell the archive's fault from ours.
 */
final class Faults {
  private @Nullable IOException first;

  IOException note(IOException fault) {
    if (first == null) {
      first = fault;
    }
    return fault;
  }

  void rethrow() throws IOException {
    if (first != null) {
      throw first;
    }
  }
}
