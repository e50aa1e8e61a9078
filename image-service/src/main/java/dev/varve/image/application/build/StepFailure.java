package dev.varve.image.application.build;

import dev.varve.image.domain.StepPlace;
import java.util.Optional;

/** A build that ends without an image, in Docker's words. */
final class StepFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Optional<StepPlace> place;
  private final int exitCode;

  StepFailure(String message, Optional<StepPlace> place, int exitCode) {
    super(message);
    this.place = place;
    this.exitCode = exitCode;
  }

  /** Of whatever went wrong in a step; its place is added by who knows it. */
  StepFailure(String message) {
    this(message, Optional.empty(), 0);
  }

  StepFailure at(StepPlace where) {
    return place.isPresent() ? this : new StepFailure(text(), Optional.of(where), exitCode);
  }

  String text() {
    return String.valueOf(getMessage());
  }

  Optional<StepPlace> place() {
    return place;
  }

  /** Of a command; 0 when none failed. */
  int exitCode() {
    return exitCode;
  }
}
