package dev.varve.container.adapter.ports;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jboss.logging.Logger;

/**
 * Takes connections in and passes their bytes on, on virtual threads: one that takes them in, and
 * two for each connection. Connections outlive the relay: a port that is given up cuts nobody off.
 */
final class TcpRelay implements HostSocket {
  private static final Logger LOG = Logger.getLogger(TcpRelay.class);
  private static final int BUFFER = 64 << 10;

  private final ServerSocketChannel listener;
  private final RelayRule rule;
  private final Thread accepting;

  TcpRelay(ServerSocketChannel listener, RelayRule rule) {
    this.listener = listener;
    this.rule = rule;
    this.accepting = Thread.ofVirtual().name("relay").start(this::accept);
  }

  private void accept() {
    while (listener.isOpen()) {
      try {
        SocketChannel client = listener.accept();
        Thread.startVirtualThread(() -> serve(client));
      } catch (AsynchronousCloseException e) {
        return;
      } catch (IOException e) {
        LOG.debug("a connection was not taken in", e);
      }
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      if (!rule.serves(client.getRemoteAddress())) {
        return;
      }
      try (SocketChannel container = SocketChannel.open(rule.target())) {
        Thread answers = Thread.startVirtualThread(() -> copy(container, client));
        copy(client, container);
        answers.join();
      } catch (IOException e) {
        // Nobody listens there: the client is refused, as by the container itself.
        client.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
    } catch (IOException e) {
      LOG.debug("a connection was cut", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Until the end of what is sent, which is passed on, or until either side is gone. */
  private static void copy(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
      to.shutdownOutput();
    } catch (IOException e) {
      cut(from);
      cut(to);
    }
  }

  private static void cut(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing a relayed connection", e);
    }
  }

  /** The port is free when this returns: it is its last user who closes a channel. */
  @Override
  public void close() {
    try {
      listener.close();
      accepting.join();
    } catch (IOException e) {
      LOG.warn("A published port was not given up", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
