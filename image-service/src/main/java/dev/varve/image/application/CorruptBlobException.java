package dev.varve.image.application;

import dev.varve.image.domain.Digest;
import java.io.IOException;

/** Stored bytes are not those that were stored: a fault of the disk, or somebody wrote there. */
public final class CorruptBlobException extends IOException {
  private static final long serialVersionUID = 1L;

  public CorruptBlobException(Digest digest) {
    super("blob " + digest + " does not match its digest any more");
  }
}
