package dev.varve.image.domain;

import java.util.Optional;

/**
 * How an image, a layer or a reference came to be.
 *
 * @param detail free text for people
 * @param remote where in a registry, when one took part
 * @param committed what it was committed from, of a commit
 * @param built by which build, of what a build made
 */
public record Origin(
    Kind kind,
    String detail,
    Optional<Remote> remote,
    Optional<Committed> committed,
    Optional<Built> built) {
  public static final Origin NONE = new Origin(Kind.UNSPECIFIED, "");

  public Origin(Kind kind, String detail) {
    this(kind, detail, Optional.empty(), Optional.empty(), Optional.empty());
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
    return new Origin(
        Kind.COMMIT, from.name(), Optional.empty(), Optional.of(from), Optional.empty());
  }

  /**
   * The build that made it.
   *
   * @param dockerfile within the context
   * @param place of a layer
   */
  public record Built(String buildId, String dockerfile, Optional<StepPlace> place) {}

  /**
   * @param kind {@link Kind#BUILD} or {@link Kind#BUILD_STEP}
   */
  public static Origin build(Kind kind, Built by) {
    return new Origin(kind, by.dockerfile(), Optional.empty(), Optional.empty(), Optional.of(by));
  }

  /** The ways in; one out; and one in by somebody else's push. */
  public enum Kind {
    UNSPECIFIED,
    LOAD,
    IMPORT,
    PULL,
    COMMIT,
    BUILD,
    PUSH,
    RECEIVED,
    /** Of an image that stands under a step of a running build. */
    BUILD_STEP
  }

  /**
   * A manifest in a registry.
   *
   * @param registry as references name it, never a mirror
   * @param tag empty when it was asked for by digest
   * @param manifest of what was asked for: an index when there are several platforms
   */
  public record Remote(String registry, String repository, String tag, Digest manifest) {}

  public static Origin pull(Reference reference, Digest manifest) {
    return of(Kind.PULL, reference, manifest);
  }

  public static Origin push(Reference reference, Digest manifest) {
    return of(Kind.PUSH, reference, manifest);
  }

  /**
   * Pushed to this engine's own registry.
   *
   * @param reference as it is called here
   * @param by who pushed
   */
  public static Origin received(Reference reference, Digest manifest, String by) {
    return of(Kind.RECEIVED, by, reference, manifest);
  }

  private static Origin of(Kind kind, Reference reference, Digest manifest) {
    return of(kind, reference.familiar(), reference, manifest);
  }

  private static Origin of(Kind kind, String detail, Reference reference, Digest manifest) {
    Remote remote =
        new Remote(reference.domain(), reference.path(), reference.tag().orElse(""), manifest);
    return new Origin(kind, detail, Optional.of(remote), Optional.empty(), Optional.empty());
  }
}
