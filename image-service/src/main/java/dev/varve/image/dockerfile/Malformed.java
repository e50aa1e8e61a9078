package dev.varve.image.dockerfile;

/** Text that a reader of this package does not take; its caller knows the place in the file. */
final class Malformed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final int offset;

  Malformed(String reason, int offset) {
    super(reason, null, false, false);
    this.reason = reason;
    this.offset = offset;
  }

  Malformed(String reason) {
    this(reason, 0);
  }

  String reason() {
    return reason;
  }

  /** In the text that was read. */
  int offset() {
    return offset;
  }
}
