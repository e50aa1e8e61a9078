package dev.varve.snapshot.archive;

import java.io.IOException;

/** The archive is malformed, hostile or beyond a limit: the same bytes will be refused again. */
public final class ArchiveRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  public ArchiveRefusedException(String message) {
    super(message);
  }
}
