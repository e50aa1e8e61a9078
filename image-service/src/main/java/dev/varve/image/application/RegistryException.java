package dev.varve.image.application;

import java.io.IOException;

/**
 * A registry refused, could not be reached, or did what is not to be trusted. The message is in
 * Docker's words and holds no secret.
 */
public final class RegistryException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** The kinds that lead to different words or statuses. */
  public enum Kind {
    /** The manifest is not there: the registry's own text follows the reference. */
    MANIFEST_UNKNOWN,
    /** The repository is not there. */
    NAME_UNKNOWN,
    /** Access to the repository is denied. */
    DENIED,
    /** The registry does not take the credentials, or wants some. */
    UNAUTHORIZED,
    /** The registry sent what must not be accepted. */
    UNTRUSTED,
    /** Nobody to talk to, or no sense in what was said. */
    UNAVAILABLE
  }

  public RegistryException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public RegistryException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** The words; never null. */
  public String text() {
    return String.valueOf(getMessage());
  }
}
