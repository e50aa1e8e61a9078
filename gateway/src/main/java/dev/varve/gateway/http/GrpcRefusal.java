package dev.varve.gateway.http;

import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import org.jboss.logging.Logger;

/**
 * gRPC on a connection that left HTTP/1, where each call gets the same answer: there is no such
 * service, and what to do instead. Netty's codec does the framing, on no channel of its own, as for
 * a WebSocket.
 */
final class GrpcRefusal {
  private static final Logger LOG = Logger.getLogger(GrpcRefusal.class);

  private final StreamConnection connection;
  private final EmbeddedChannel codec;

  GrpcRefusal(StreamConnection connection, String text) {
    this.connection = connection;
    this.codec =
        new EmbeddedChannel(
            Http2FrameCodecBuilder.forServer().gracefulShutdownTimeoutMillis(0).build(),
            new Answers(text));
  }

  /** Until the client ends, or breaks HTTP/2. */
  void serve() throws InterruptedException {
    try {
      byte[] bytes = new byte[0];
      while (bytes != null && codec.isOpen()) {
        codec.writeInbound(Unpooled.wrappedBuffer(bytes));
        if (!send()) {
          return;
        }
        bytes = codec.isOpen() ? connection.read() : null;
      }
    } finally {
      codec.finishAndReleaseAll();
      connection.finish();
    }
  }

  private boolean send() throws InterruptedException {
    boolean sent = true;
    for (ByteBuf part = codec.readOutbound(); part != null; part = codec.readOutbound()) {
      ByteBuffer bytes = ByteBuffer.allocate(part.readableBytes());
      part.readBytes(bytes);
      part.release();
      sent = sent && connection.write(bytes.flip());
    }
    return sent;
  }

  /** An answer is a head alone, which is what gRPC calls trailers only. */
  private static final class Answers extends ChannelInboundHandlerAdapter {
    private final Http2Headers answer;

    Answers(String text) {
      this.answer =
          new DefaultHttp2Headers()
              .status("200")
              .set("content-type", "application/grpc")
              .setInt("grpc-status", Status.Code.UNIMPLEMENTED.value())
              .set("grpc-message", text);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
      try {
        switch (frame) {
          case Http2HeadersFrame head ->
              context.writeAndFlush(
                  new DefaultHttp2HeadersFrame(answer, true).stream(head.stream()));
          // Read and forgotten: there is room for as much again.
          case Http2DataFrame data ->
              context.writeAndFlush(
                  new DefaultHttp2WindowUpdateFrame(data.initialFlowControlledBytes())
                      .stream(data.stream()));
          default -> {}
        }
      } finally {
        ReferenceCountUtil.release(frame);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      LOG.debugf("HTTP/2 closed: %s", cause.getMessage());
    }
  }
}
