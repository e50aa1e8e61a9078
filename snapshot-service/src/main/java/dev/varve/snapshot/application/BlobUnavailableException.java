package dev.varve.snapshot.application;

import java.io.IOException;

/** The blobs' owner gave no (full) answer: the same question may be asked again. */
public final class BlobUnavailableException extends IOException {
  private static final long serialVersionUID = 1L;

  public BlobUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
