package dev.varve.image.dockerfile;

import java.util.Optional;

/** Truth as Dockerfiles, and build arguments that mean it, spell it: as Go's strconv does. */
public final class GoBoolean {
  private GoBoolean() {}

  /** Empty for what is neither. */
  public static Optional<Boolean> parse(String text) {
    return switch (text) {
      case "1", "t", "T", "true", "TRUE", "True" -> Optional.of(true);
      case "0", "f", "F", "false", "FALSE", "False" -> Optional.of(false);
      default -> Optional.empty();
    };
  }
}
