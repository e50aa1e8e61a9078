package dev.varve.image.dockerfile;

/** Text that a reader of this package does not take; its caller knows the place in the file. */
final class Malformed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int offset;

  Malformed(String message, int offset) {
    super(message, null, false, false);
    this.offset = offset;
  }

  Malformed(String message) {
    this(message, 0);
  }

  /** In the text that was read. */
  int offset() {
    return offset;
  }
}
