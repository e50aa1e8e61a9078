package dev.varve.image.application.build;

import java.io.IOException;

/** What containers write. Any thread. */
public interface RunOutput {
  /** Takes pieces in their order. */
  @FunctionalInterface
  interface Sink {
    void write(boolean standardError, byte[] bytes, int offset, int length);
  }

  /**
   * Hands over all that the container writes, until it has ended.
   *
   * @param containerId of a container that is there
   */
  void follow(String containerId, Sink sink) throws IOException, InterruptedException;
}
