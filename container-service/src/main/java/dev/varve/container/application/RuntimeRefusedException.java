package dev.varve.container.application;

import java.io.IOException;

/**
 * The runtime would not create, start or exec: an expected refusal with the runtime's own words.
 */
public final class RuntimeRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /**
   * @param exitCode 126, 127 or 128 by Docker's rules
   * @param message Docker's text around the runtime's, which clients match on
   */
  public RuntimeRefusedException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  public int exitCode() {
    return exitCode;
  }
}
