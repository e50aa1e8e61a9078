package dev.varve.image.domain;

/** Text that is no image reference, with Docker's words for why. */
public final class ReferenceFormatException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  ReferenceFormatException(String message) {
    super(message);
  }
}
