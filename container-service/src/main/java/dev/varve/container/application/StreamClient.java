package dev.varve.container.application;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The other side of an attach: a person or program with the standard streams of a container or
 * exec. {@link #stdin} is used from one thread, the rest from another.
 */
public interface StreamClient {

  /**
   * Tells the client that its streams are connected; before any output.
   *
   * @return false when it is gone
   */
  boolean attached(boolean tty) throws InterruptedException;

  /**
   * Waits while the client has much to read.
   *
   * @return false when it is gone
   */
  boolean output(StandardStreams.Source source, byte[] data) throws InterruptedException;

  /** Runs the action when the client goes away, on any thread; at once when it has. */
  void whenGone(Runnable action);

  /**
   * Waits for what the client sends.
   *
   * @return null when it sends no more but still listens
   * @throws IOException when it is gone
   */
  byte @Nullable [] stdin() throws IOException, InterruptedException;
}
