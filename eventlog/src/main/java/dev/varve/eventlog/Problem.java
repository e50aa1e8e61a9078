package dev.varve.eventlog;

/**
 * An expected refusal, with the text the user shall see. Each edge maps {@link Code} once.
 *
 * @param message complete, in Docker's words where Docker has some
 */
public record Problem(Code code, String message) {
  /** The kinds of refusal that edges tell apart. */
  public enum Code {
    INVALID,
    NOT_FOUND,
    CONFLICT,
    FORBIDDEN,
    NOT_IMPLEMENTED,
    UNAVAILABLE,
    INTERNAL
  }

  public ProblemException asException() {
    return new ProblemException(this);
  }
}
