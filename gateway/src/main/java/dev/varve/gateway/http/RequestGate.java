package dev.varve.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.PeerCredentials;
import io.netty.channel.unix.UnixChannel;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * First in a connection's pipeline, before the HTTP codec: lets exactly one well-formed request
 * message through at a time and holds back what follows it until the request is answered. So two
 * readings of a message's end cannot exist, and bytes that a client sends right behind an attach
 * request are still here, untouched by the HTTP decoder, when the connection is taken over.
 *
 * <p>Inbound methods and {@link #release}, {@link #takeOver} run on the channel's event loop;
 * {@link #awaitWritable} and {@link #onClose} may be called from any thread.
 */
final class RequestGate extends ChannelDuplexHandler {
  private static final Logger LOG = Logger.getLogger(RequestGate.class);
  private static final int MAX_HELD = 256 << 10;
  private static final int MAX_DRAINED = 4 << 20;
  private static final int LINGER_SECONDS = 5;

  private sealed interface Mode {
    /** Requests and answers. */
    record Http() implements Mode {}

    /** No longer HTTP: bytes go to and from the connection's new owner. */
    record Raw(RawConnection owner) implements Mode {}

    /** Answered; what still comes is thrown away until the client closes. */
    record Lingering() implements Mode {}
  }

  private final MessageFramer framer = new MessageFramer();
  private final ByteBuf held = Unpooled.buffer(0);
  private final Gauge gauge = new Gauge(this::hasRoom);
  private final List<Runnable> closeActions = new ArrayList<>();
  private Mode mode = new Mode.Http();
  private boolean answering;
  private boolean answered;
  private int drained;
  private int requests;
  private boolean inputEnded;
  private boolean closed;
  private @Nullable ChannelHandlerContext context;
  private final Duration patience;
  private Peer peer;

  /**
   * @param patience for how long a connection may be open without a request; zero is for ever
   */
  RequestGate(Peer peer, Duration patience) {
    this.peer = peer;
    this.patience = patience;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    added.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    if (added.channel() instanceof EpollDomainSocketChannel socket) {
      try {
        PeerCredentials credentials = socket.peerCredentials();
        peer = new Peer.Local(credentials.uid(), credentials.pid());
      } catch (IOException e) {
        LOG.warnf(e, "the kernel does not name the peer of a connection");
      }
    }
    expectRequest(added);
  }

  private void expectRequest(ChannelHandlerContext ctx) {
    if (!patience.isZero()) {
      int number = ++requests;
      ctx.executor()
          .schedule(() -> giveUp(ctx, number), patience.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void giveUp(ChannelHandlerContext ctx, int number) {
    if (requests == number && !answering && mode instanceof Mode.Http) {
      ctx.close();
    }
  }

  Peer peer() {
    return peer;
  }

  /** Blocks until the client has room for more; false when it is gone. */
  boolean awaitWritable() throws InterruptedException {
    return gauge.awaitWritable();
  }

  boolean isWritable() {
    return hasRoom() && !isClosed();
  }

  boolean isClosed() {
    return gauge.isClosed();
  }

  /** Runs the action when the connection is closed before the present request is answered. */
  void onClose(Runnable action) {
    synchronized (closeActions) {
      if (!closed) {
        closeActions.add(action);
        return;
      }
    }
    action.run();
  }

  /**
   * The request in progress was answered: goes on with what was held back. What is left of its own
   * body is let through first, to be thrown away, unless it is long.
   */
  void release() {
    if (!(mode instanceof Mode.Http)) {
      return;
    }
    answered = true;
    drained = 0;
    live().channel().config().setAutoRead(true);
    if (!framer.isKeptAlive()) {
      linger();
    } else if (framer.isComplete()) {
      nextRequest(live());
      // Vert.x sends what it answers while it reads when the reading ends. What was held back is
      // not
      // read from the socket now, so nobody else would tell it of that end.
      live().fireChannelReadComplete();
    } else {
      live().executor().schedule(this::giveUpDraining, LINGER_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void nextRequest(ChannelHandlerContext ctx) {
    answered = false;
    answering = false;
    framer.reset();
    synchronized (closeActions) {
      closeActions.clear();
    }
    if (inputEnded && !held.isReadable()) {
      closeAfterFlush();
    } else {
      expectRequest(ctx);
      feed(ctx);
    }
  }

  private void giveUpDraining() {
    if (answered && mode instanceof Mode.Http) {
      linger();
    }
  }

  /**
   * Ends HTTP on this connection.
   *
   * @param head written first, by hand
   */
  RawConnection takeOver(ByteBuf head) {
    ChannelHandlerContext ctx = live();
    RawConnection owner = new RawConnection(this, ctx, gauge);
    mode = new Mode.Raw(owner);
    ctx.writeAndFlush(head);
    ctx.channel().config().setAutoRead(true);
    if (held.isReadable()) {
      owner.received(held.readBytes(held.readableBytes()));
    }
    if (inputEnded) {
      owner.inputEnded();
    }
    if (closed) {
      owner.closed();
    }
    return owner;
  }

  /**
   * Sends what is written, then ends our direction and waits a while for the client to end its own:
   * closing at once while it still sends would cost it the last bytes of the answer.
   */
  void linger() {
    ChannelHandlerContext ctx = live();
    if (mode instanceof Mode.Raw(RawConnection owner)) {
      // Whoever reads has to learn of the end now: nobody else tells him.
      owner.closed();
    }
    mode = new Mode.Lingering();
    held.clear();
    ctx.channel().config().setAutoRead(true);
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(written -> {
          if (inputEnded
              || !ctx.channel().isActive()
              || !(ctx.channel() instanceof DuplexChannel duplex)) {
            ctx.close();
            return;
          }
          SslHandler tls = ctx.pipeline().get(SslHandler.class);
          if (tls == null) {
            duplex.shutdownOutput();
          } else {
            tls.closeOutbound().addListener(_ -> duplex.shutdownOutput());
          }
          ctx.executor().schedule(() -> ctx.close(), LINGER_SECONDS, TimeUnit.SECONDS);
        });
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      ctx.fireChannelRead(message);
      return;
    }
    switch (mode) {
      case Mode.Http() -> {
        try {
          passBody(ctx, bytes);
          held.discardReadBytes().writeBytes(bytes);
        } finally {
          bytes.release();
        }
        feed(ctx);
      }
      case Mode.Raw(RawConnection owner) -> owner.received(bytes);
      case Mode.Lingering() -> bytes.release();
    }
  }

  /** The bulk of an upload goes on as it comes, without being copied. */
  private void passBody(ChannelHandlerContext ctx, ByteBuf bytes) {
    if (!answering || answered || held.isReadable() || !framer.isInBody()) {
      return;
    }
    int start = bytes.readerIndex();
    while (framer.isInBody()) {
      int length = framer.next(bytes);
      if (length == 0) {
        break;
      }
      bytes.skipBytes(length);
    }
    if (bytes.readerIndex() > start) {
      ctx.fireChannelRead(bytes.retainedSlice(start, bytes.readerIndex() - start));
    }
  }

  private void feed(ChannelHandlerContext ctx) {
    while (mode instanceof Mode.Http && held.isReadable()) {
      int length = framer.next(held);
      if (length == 0) {
        break;
      }
      answering = true;
      ctx.fireChannelRead(held.readBytes(length));
      drained += length;
      if (answered && framer.isComplete()) {
        nextRequest(ctx);
        return;
      }
    }
    if (answered && drained > MAX_DRAINED) {
      linger();
    }
    MessageFramer.Fault fault = framer.fault();
    if (fault != null && mode instanceof Mode.Http) {
      refuse(ctx, fault);
    } else if (mode instanceof Mode.Http && held.readableBytes() > MAX_HELD) {
      ctx.channel().config().setAutoRead(false);
    }
  }

  private void refuse(ChannelHandlerContext ctx, MessageFramer.Fault fault) {
    LOG.warnf(
        "request refused status=%d actor=%s message=\"%s\"",
        fault.status(), peer.actor(), fault.message());
    if (answering) {
      // The fault lies in a body whose request has been handed on: its handler sees the end.
      ctx.close();
      return;
    }
    String body = "{\"message\":\"" + fault.message() + "\"}\n";
    String head =
        "HTTP/1.1 "
            + HttpResponseStatus.valueOf(fault.status())
            + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n";
    ctx.write(Unpooled.copiedBuffer(head + body, StandardCharsets.US_ASCII));
    linger();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent) {
      // TLS's way to end one direction; the other may go on.
      userEventTriggered(ctx, ChannelInputShutdownEvent.INSTANCE);
    } else if (event == ChannelInputShutdownEvent.INSTANCE && inputEnded) {
      ctx.executor().schedule(() -> watchForVanishing(ctx), 1, TimeUnit.SECONDS);
    } else if (event == ChannelInputShutdownEvent.INSTANCE) {
      inputEnded = true;
      if (hasVanished(ctx)) {
        ctx.close();
        return;
      }
      switch (mode) {
        case Mode.Http() -> {
          if (!answering) {
            ctx.close();
          }
        }
        case Mode.Raw(RawConnection owner) -> owner.inputEnded();
        case Mode.Lingering() -> ctx.close();
      }
      ctx.executor().schedule(() -> watchForVanishing(ctx), 1, TimeUnit.SECONDS);
    } else if (event != ChannelInputShutdownReadComplete.INSTANCE) {
      ctx.fireUserEventTriggered(event);
    }
  }

  private void watchForVanishing(ChannelHandlerContext ctx) {
    if (!ctx.channel().isActive()) {
      return;
    }
    if (hasVanished(ctx)) {
      ctx.close();
    } else {
      ctx.executor().schedule(() -> watchForVanishing(ctx), 1, TimeUnit.SECONDS);
    }
  }

  /**
   * A half-closed peer and a vanished one both read as end of input; but only the vanished one
   * fails a write, even an empty one.
   */
  private static boolean hasVanished(ChannelHandlerContext ctx) {
    try {
      if (ctx.channel() instanceof UnixChannel unix) {
        unix.fd().write(ByteBuffer.allocateDirect(1), 0, 0);
      }
      return false;
    } catch (IOException vanished) {
      return true;
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    gauge.changed();
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    List<Runnable> actions;
    synchronized (closeActions) {
      closed = true;
      actions = List.copyOf(closeActions);
      closeActions.clear();
    }
    gauge.close();
    if (mode instanceof Mode.Raw(RawConnection owner)) {
      owner.closed();
    }
    actions.forEach(action -> Thread.startVirtualThread(action));
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    ReferenceCountUtil.safeRelease(held);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debugf(cause, "connection of %s failed", peer.actor());
    ctx.close();
  }

  private boolean hasRoom() {
    ChannelHandlerContext ctx = context;
    return ctx == null || ctx.channel().isWritable();
  }

  private ChannelHandlerContext live() {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return ctx;
  }

  /** Closes once everything written is sent. */
  void closeAfterFlush() {
    live().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }
}
