package dev.varve.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Carries bytes between a connection that left HTTP/1 and a channel within this process at whose
 * other end gRPC's own transport sits. Each direction has a thread that may block; HTTP/2's windows
 * bound what is on its way, as long as the client keeps to them.
 */
final class Tunnel extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = Logger.getLogger(Tunnel.class);

  /** More than any window allows: a client that lets so much wait asks without reading. */
  private static final int MOST_WAITING = 64 << 20;

  private static final AtomicLong COUNT = new AtomicLong();

  private final StreamConnection connection;

  /** Empty at the end. */
  private final LinkedBlockingQueue<Optional<ByteBuf>> outgoing = new LinkedBlockingQueue<>();

  private final AtomicInteger waiting = new AtomicInteger();

  Tunnel(StreamConnection connection) {
    this.connection = connection;
  }

  /** Of channels within this process; made on first use. */
  static final class Loop {
    static final EventLoopGroup GROUP =
        new DefaultEventLoopGroup(1, new DefaultThreadFactory("grpc-tunnel", true));

    private Loop() {}
  }

  /** Where nobody listens yet. */
  static LocalAddress newAddress() {
    return new LocalAddress("grpc-tunnel-" + COUNT.getAndIncrement());
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    Channel channel = context.channel();
    Thread.startVirtualThread(() -> carryIn(channel));
    Thread.startVirtualThread(() -> carryOut(channel));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (waiting.addAndGet(bytes.readableBytes()) > MOST_WAITING) {
      LOG.debug("a client asks without reading: closed");
      context.close();
    }
    outgoing.add(Optional.of(bytes));
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    outgoing.add(Optional.empty());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debugf(cause, "tunnel closed");
    context.close();
  }

  private void carryIn(Channel channel) {
    try {
      for (byte[] bytes = connection.read(); bytes != null; bytes = connection.read()) {
        channel.writeAndFlush(Unpooled.wrappedBuffer(bytes)).await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      channel.close();
    }
  }

  private void carryOut(Channel channel) {
    boolean open = true;
    try {
      for (Optional<ByteBuf> next = outgoing.take(); next.isPresent(); next = outgoing.take()) {
        ByteBuf bytes = next.get();
        open = open && send(bytes);
        bytes.release();
        if (!open) {
          channel.close();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connection.finish();
    }
  }

  private boolean send(ByteBuf bytes) throws InterruptedException {
    waiting.addAndGet(-bytes.readableBytes());
    ByteBuffer copy = ByteBuffer.allocate(bytes.readableBytes());
    bytes.readBytes(copy);
    return connection.write(copy.flip());
  }
}
