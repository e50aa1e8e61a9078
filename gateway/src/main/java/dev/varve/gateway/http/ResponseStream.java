package dev.varve.gateway.http;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.buffer.impl.BufferImpl;
import io.vertx.core.http.HttpServerResponse;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An answer of unknown length whose headers are already with the client. Writes block while the
 * client has enough unread; used by one thread.
 */
public final class ResponseStream {
  private final HttpServerResponse response;
  private final RequestGate gate;

  ResponseStream(HttpServerResponse response, RequestGate gate) {
    this.response = response;
    this.gate = gate;
  }

  /** False when the client is gone; nothing more need be sent. */
  public boolean write(byte @Nullable [] bytes) throws InterruptedException {
    if (!gate.awaitWritable() || response.closed()) {
      return false;
    }
    if (bytes != null && bytes.length > 0) {
      response.write(Buffer.buffer(bytes));
    }
    return true;
  }

  /**
   * Sends bytes that nobody changes any more: they are not copied here.
   *
   * @return false when the client is gone; nothing more need be sent
   */
  public boolean write(ByteBuffer bytes) throws InterruptedException {
    if (!gate.awaitWritable() || response.closed()) {
      return false;
    }
    if (bytes.hasRemaining()) {
      response.write(BufferImpl.buffer(Unpooled.wrappedBuffer(bytes)));
    }
    return true;
  }

  /** Sends if the client has room now; leaves it out, without waiting, if not. */
  public void offer(byte[] bytes) {
    if (gate.isWritable() && !response.closed()) {
      response.write(Buffer.buffer(bytes));
    }
  }

  /** Runs the action when the client goes away. */
  public void onClose(Runnable action) {
    gate.onClose(action);
  }

  public boolean isClosed() {
    return gate.isClosed();
  }
}
