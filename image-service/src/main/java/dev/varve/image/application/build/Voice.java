package dev.varve.image.application.build;

import dev.varve.image.application.ProgressLine;
import java.util.Optional;

/** What one stage tells. One thread; its steps come one after the other. */
interface Voice extends ProgressLine.Sink {

  /**
   * A step.
   *
   * @param number of all that the build has
   * @param name as one of those that make files; empty for the others
   */
  record Head(int number, int total, String instruction, Optional<String> name) {}

  void begin(Head head);

  /** A line for people. */
  void note(String text);

  /** A container's output; a character may be torn between two pieces. */
  void output(boolean standardError, byte[] bytes, int offset, int length);

  /**
   * The step went well.
   *
   * @param imageId what it would be as an image, for people; empty for nothing
   */
  void done(boolean cached, String imageId);

  void failed(String message);

  /** No more comes. */
  void end();

  /** Something went wrong in this stage: what waited of it is told, whoever's turn it is. */
  void burst();
}
