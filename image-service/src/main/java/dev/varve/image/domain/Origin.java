package dev.varve.image.domain;

import java.util.Optional;

/**
 * How an image, a layer or a reference came to be.
 *
 * @param detail free text for people
 * @param committed what it was committed from, of a commit
 */
public record Origin(Kind kind, String detail, Optional<Committed> committed) {
  public static final Origin NONE = new Origin(Kind.UNSPECIFIED, "");

  public Origin(Kind kind, String detail) {
    this(kind, detail, Optional.empty());
  }

  /**
   * The container that became an image.
   *
   * @param image what the container's creator typed
   * @param parent the image below the committed layer
   * @param reference that the image was given; empty for none
   */
  public record Committed(
      String containerId,
      String name,
      String image,
      Digest parent,
      String comment,
      String reference) {}

  public static Origin commit(Committed from) {
    return new Origin(Kind.COMMIT, from.name(), Optional.of(from));
  }

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
