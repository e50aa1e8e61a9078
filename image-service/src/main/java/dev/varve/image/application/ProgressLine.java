package dev.varve.image.application;

import dev.varve.image.domain.Digest;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** One line of what Docker tells a client while it works. */
public sealed interface ProgressLine {

  /** Text for people, with its line end. */
  record Text(String text) implements ProgressLine {}

  /** A result on a line of its own. */
  record Status(String status) implements ProgressLine {}

  /** What is being done to something that has a name. */
  record About(String id, String status) implements ProgressLine {}

  /** What is being done to one part. */
  record Step(String id, String status) implements ProgressLine {}

  /** The image that a build made. */
  record Built(Digest imageId) implements ProgressLine {}

  /**
   * The work ended badly after lines had been told.
   *
   * @param exitCode of the command that failed; 0 when none did
   * @param lines of the Dockerfile; empty when it is about none
   */
  record Failure(String message, int exitCode, Optional<Lines> lines) implements ProgressLine {}

  /** From 1. */
  record Lines(int first, int last) {}

  /** Of a build whose client wants steps: one begins. */
  record StepBegun(int number, String name) implements ProgressLine {}

  /**
   * @param bytes nobody changes them any more
   */
  record StepOutput(int number, boolean standardError, byte[] bytes) implements ProgressLine {}

  /**
   * @param error empty when it went well
   */
  record StepEnded(int number, boolean cached, String error) implements ProgressLine {}

  /** Something in a Dockerfile that is not as it should be. */
  record Warned(String text, Optional<Lines> lines) implements ProgressLine {}

  /** What a push put into the registry. */
  record PushedManifest(String tag, Digest digest, long size) implements ProgressLine {}

  /** How far one part is; bytes. */
  record Part(String id, String status, long current, long total) implements ProgressLine {}

  /** A sink that several threads may use, for one that they may not. */
  static Sink shared(Sink sink) {
    ReentrantLock lock = new ReentrantLock();
    return line -> {
      lock.lock();
      try {
        sink.send(line);
      } finally {
        lock.unlock();
      }
    };
  }

  /** Takes lines; may block while the client reads slowly, and ignores them once it is gone. */
  @FunctionalInterface
  interface Sink {
    void send(ProgressLine line);
  }
}
