package dev.varve.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.ByteBuffer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Bytes both ways as the payloads of WebSocket messages. Where one message of the client ends and
 * the next begins means nothing, and so does whether they are text. A close frame is the end of the
 * connection, answered with another. Netty's codec does the framing, on no channel of its own: the
 * bytes come from and go to the connection beneath.
 */
final class WebSocketConnection implements StreamConnection {
  private static final Logger LOG = Logger.getLogger(WebSocketConnection.class);
  private static final int LARGEST_INPUT = 1 << 20;

  private final StreamConnection beneath;
  private final boolean text;
  private final EmbeddedChannel decoder =
      new EmbeddedChannel(
          new WebSocket13FrameDecoder(
              WebSocketDecoderConfig.newBuilder()
                  .maxFramePayloadLength(LARGEST_INPUT)
                  .withUTF8Validator(false)
                  .closeOnProtocolViolation(false)
                  .build()));
  private final EmbeddedChannel encoder = // guarded by itself
      new EmbeddedChannel(new WebSocket13FrameEncoder(false));
  private boolean closing; // guarded by encoder

  WebSocketConnection(StreamConnection beneath, boolean text) {
    this.beneath = beneath;
    this.text = text;
  }

  @Override
  public byte @Nullable [] read() throws InterruptedException {
    while (true) {
      WebSocketFrame frame = decoder.readInbound();
      if (frame != null) {
        try {
          byte[] payload = taken(frame);
          if (payload == null) {
            beneath.finish();
            return null;
          }
          if (payload.length > 0) {
            return payload;
          }
        } finally {
          frame.release();
        }
        continue;
      }
      byte[] bytes = beneath.read();
      if (bytes == null) {
        return null;
      }
      if (!decoded(bytes)) {
        beneath.finish();
        return null;
      }
    }
  }

  private boolean decoded(byte[] bytes) throws InterruptedException {
    try {
      decoder.writeInbound(Unpooled.wrappedBuffer(bytes));
      return true;
    } catch (CorruptedWebSocketFrameException e) {
      LOG.debugf("WebSocket closed: %s", e.getMessage());
      close(e.closeStatus());
      return false;
    }
  }

  /** What of a frame is input; null when it is the last. */
  private byte @Nullable [] taken(WebSocketFrame frame) throws InterruptedException {
    return switch (frame) {
      case PingWebSocketFrame ping -> {
        send(new PongWebSocketFrame(ping.content().retain()));
        yield new byte[0];
      }
      case PongWebSocketFrame _ -> new byte[0];
      case CloseWebSocketFrame _ -> {
        close(WebSocketCloseStatus.NORMAL_CLOSURE);
        yield null;
      }
      default -> {
        byte[] payload = new byte[frame.content().readableBytes()];
        frame.content().readBytes(payload);
        yield payload;
      }
    };
  }

  @Override
  public boolean write(ByteBuffer bytes) throws InterruptedException {
    ByteBuf payload = Unpooled.wrappedBuffer(bytes);
    return send(text ? new TextWebSocketFrame(payload) : new BinaryWebSocketFrame(payload));
  }

  private void close(WebSocketCloseStatus status) throws InterruptedException {
    send(new CloseWebSocketFrame(status.code(), ""));
  }

  /** The reading thread sends, too: answers to pings, and the last frame. */
  private boolean send(WebSocketFrame frame) throws InterruptedException {
    synchronized (encoder) {
      if (closing) {
        frame.release();
        return false;
      }
      closing = frame instanceof CloseWebSocketFrame;
      encoder.writeOutbound(frame);
      boolean sent = true;
      for (ByteBuf part = encoder.readOutbound(); part != null; part = encoder.readOutbound()) {
        ByteBuffer bytes = ByteBuffer.allocate(part.readableBytes());
        part.readBytes(bytes);
        part.release();
        sent = sent && beneath.write(bytes.flip());
      }
      return sent;
    }
  }

  @Override
  public boolean isClosed() {
    return beneath.isClosed();
  }

  @Override
  public void onClose(Runnable action) {
    beneath.onClose(action);
  }

  /** Says that this is the end, unless it was said. */
  @Override
  public void finish() {
    try {
      close(WebSocketCloseStatus.NORMAL_CLOSURE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    beneath.finish();
  }
}
