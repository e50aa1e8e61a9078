package dev.varve.image.dockerfile;

/**
 * A Dockerfile, ignore file or pattern that is refused, with Docker's text.
 *
 * <p>The message is for the user as it is; {@link #excerpt} shows the spot.
 */
public final class DockerfileException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final transient Position position;
  private final String excerpt;

  DockerfileException(String reason, Position position, String excerpt) {
    super(
        position.line() == 0
            ? reason
            : "dockerfile parse error on line " + position.line() + ": " + reason);
    this.reason = reason;
    this.position = position;
    this.excerpt = excerpt;
  }

  DockerfileException(String reason) {
    this(reason, Position.NONE, "");
  }

  /** The message without its place. */
  public String reason() {
    return reason;
  }

  /** {@link Position#NONE} when the refusal is not about one place. */
  public Position position() {
    return position;
  }

  /** The lines around with a pointer to the spot, each ended by a line feed; may be empty. */
  public String excerpt() {
    return excerpt;
  }
}
