package dev.varve.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A connection after its takeover, as it is: TCP or a unix socket. */
final class RawConnection implements StreamConnection {
  private static final int HIGH_WATER = 256 << 10;

  private final RequestGate gate;
  private final ChannelHandlerContext context;
  private final Gauge gauge;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final ArrayDeque<byte[]> input = new ArrayDeque<>();
  private int queued;
  private boolean paused;
  private boolean ended;
  private boolean closed;

  RawConnection(RequestGate gate, ChannelHandlerContext context, Gauge gauge) {
    this.gate = gate;
    this.context = context;
    this.gauge = gauge;
  }

  @Override
  public byte @Nullable [] read() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (input.isEmpty()) {
        if (ended || closed) {
          return null;
        }
        arrived.await();
      }
      byte[] bytes = input.remove();
      queued -= bytes.length;
      if (paused && queued < HIGH_WATER / 2) {
        paused = false;
        context.executor().execute(() -> context.channel().config().setAutoRead(true));
      }
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean write(ByteBuffer bytes) throws InterruptedException {
    if (!gauge.awaitWritable()) {
      return false;
    }
    context.writeAndFlush(Unpooled.wrappedBuffer(bytes));
    return true;
  }

  @Override
  public boolean isClosed() {
    return gauge.isClosed();
  }

  @Override
  public void onClose(Runnable action) {
    gate.onClose(action);
  }

  @Override
  public void finish() {
    context.executor().execute(gate::linger);
  }

  void received(ByteBuf bytes) {
    byte[] copy = new byte[bytes.readableBytes()];
    bytes.readBytes(copy);
    bytes.release();
    lock.lock();
    try {
      input.add(copy);
      queued += copy.length;
      if (queued > HIGH_WATER) {
        paused = true;
        context.channel().config().setAutoRead(false);
      }
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void inputEnded() {
    lock.lock();
    try {
      ended = true;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void closed() {
    lock.lock();
    try {
      closed = true;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
