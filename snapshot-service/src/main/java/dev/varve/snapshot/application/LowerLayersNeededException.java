package dev.varve.snapshot.application;

import java.io.IOException;

/** A layer refers to a file of a layer below it and cannot be applied before that one. */
public final class LowerLayersNeededException extends IOException {
  private static final long serialVersionUID = 1L;

  public LowerLayersNeededException(String message) {
    super(message);
  }
}
