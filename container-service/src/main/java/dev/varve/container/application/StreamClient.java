package dev.varve.container.application;

import java.io.IOException;
import java.nio.ByteBuffer;
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
   * Whether it tells the streams apart by itself, or cannot: then output has no headers even
   * without a terminal.
   */
  boolean takesRawOutput();

  /**
   * Waits while the client has much to read. Nothing need be gathered for it before.
   *
   * @return about how many bytes are good to hand it next; 0 when it is gone
   */
  int awaitRoom() throws InterruptedException;

  /**
   * Hands on output; to be called after {@link #awaitRoom}, so that it need not wait.
   *
   * @param frames as {@link Frames} writes them, for this client alone
   * @return false when it is gone
   */
  boolean output(ByteBuffer frames) throws InterruptedException;

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
