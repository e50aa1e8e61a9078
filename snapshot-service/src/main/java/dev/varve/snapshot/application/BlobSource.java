package dev.varve.snapshot.application;

import dev.varve.snapshot.domain.Digest;
import java.io.IOException;
import java.io.InputStream;

/** Where layers' bytes come from. Thread-safe. */
public interface BlobSource {
  /**
   * The blob as it is stored, maybe compressed; to be closed. Reads may throw, as may this:
   *
   * @throws BlobUnavailableException when the source cannot be reached now
   * @throws IOException when it has no such blob or only a damaged one
   */
  InputStream open(Digest blob) throws IOException;
}
