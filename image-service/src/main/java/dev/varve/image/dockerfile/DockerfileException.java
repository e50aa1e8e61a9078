package dev.varve.image.dockerfile;

/**
 * A Dockerfile, ignore file or pattern that is refused, with Docker's text.
 *
 * <p>The message is for the user as it is. {@link #excerpt} shows the spot.
 */
public final class DockerfileException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final Position position;
  private final String excerpt;

  DockerfileException(String message, Position position, String excerpt) {
    super(message);
    this.position = position;
    this.excerpt = excerpt;
  }

  /** Line 0 when the refusal is not about one place. */
  public Position position() {
    return new Position(position.line(), position.column());
  }

  /** The lines around with a pointer to the spot, each ended by a line feed; may be empty. */
  public String excerpt() {
    return excerpt;
  }
}
