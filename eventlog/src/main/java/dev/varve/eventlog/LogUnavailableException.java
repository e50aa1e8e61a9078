package dev.varve.eventlog;

import org.jspecify.annotations.Nullable;

/** The log could not be reached, or gave no answer in time. A fault, not a refusal. */
public final class LogUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LogUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
