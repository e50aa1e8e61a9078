package dev.varve.eventlog.adapter.postgres;

/** PostgreSQL could not be asked. A fault that passes; nothing is lost. */
public final class HistoryUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  HistoryUnavailableException(Throwable cause) {
    super("The history cannot be read now: " + cause.getMessage(), cause);
  }
}
