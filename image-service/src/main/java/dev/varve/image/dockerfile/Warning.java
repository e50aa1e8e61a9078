package dev.varve.image.dockerfile;

/**
 * A finding of a {@link Check}.
 *
 * @param message about this place
 */
public record Warning(Check check, String message, SourceRange range) {
  /** As Docker prints it behind a build: {@code StageNameCasing: Stage name ... (line 3)}. */
  public String line() {
    return check.rule() + ": " + message + " (line " + range.firstLine() + ")";
  }
}
