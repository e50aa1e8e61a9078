package dev.varve.container.domain;

/**
 * Text that must not be readable in the log, in a database or in a log file; sealed by the codec.
 */
public record Secret(String value) {
  @Override
  public String toString() {
    return "Secret[***]";
  }
}
