package dev.varve.image.domain;

/**
 * How an image, a layer or a reference came to be.
 *
 * @param detail free text for people
 */
public record Origin(Kind kind, String detail) {
  public static final Origin NONE = new Origin(Kind.UNSPECIFIED, "");

  /** The ways in. */
  public enum Kind {
    UNSPECIFIED,
    LOAD,
    IMPORT,
    PULL,
    COMMIT,
    BUILD
  }
}
