package dev.varve.gateway.http;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A connection that left HTTP: bytes both ways, each with back-pressure. One thread reads, one
 * writes; both may block. The client may end its own direction (half-close) and still read.
 */
public interface StreamConnection {

  /** Waits for bytes; null when the client sends no more (half-closed or gone). */
  byte @Nullable [] read() throws InterruptedException;

  /** Waits for room and sends; false when the client is gone. */
  boolean write(ByteBuffer bytes) throws InterruptedException;

  /** Whether the connection is gone altogether, not merely half-closed by the client. */
  boolean isClosed();

  /** Runs the action when the connection is closed, by whichever side. */
  void onClose(Runnable action);

  /** Sends what was written, then closes. */
  void finish();
}
