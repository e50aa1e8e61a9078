package dev.varve.image.application;

/** One line of what Docker tells a client while it works. */
public sealed interface ProgressLine {

  /** Text for people, with its line end. */
  record Text(String text) implements ProgressLine {}

  /** A result on a line of its own. */
  record Status(String status) implements ProgressLine {}

  /** How far one part is; bytes. */
  record Part(String id, String status, long current, long total) implements ProgressLine {}

  /** Takes lines; may block while the client reads slowly, and ignores them once it is gone. */
  @FunctionalInterface
  interface Sink {
    void send(ProgressLine line);
  }
}
