package dev.varve.container.adapter.ports;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Passes datagrams on. Each client gets a socket towards the container, so that answers find back,
 * until the container has said nothing for a while.
 */
final class UdpRelay implements HostSocket {
  private static final Logger LOG = Logger.getLogger(UdpRelay.class);
  private static final int DATAGRAM = 64 << 10;

  /** As long as the kernel remembers a datagram that was answered, and a little. */
  private static final int IDLE_MILLIS = 130_000;

  /** Who asks without end from ever new ports does so in vain. */
  private static final int MOST_CLIENTS = 1024;

  private final DatagramChannel socket;
  private final RelayRule rule;
  private final Thread receiving;
  private final Map<SocketAddress, DatagramChannel> clients = new ConcurrentHashMap<>();

  UdpRelay(DatagramChannel socket, RelayRule rule) {
    this.socket = socket;
    this.rule = rule;
    this.receiving = Thread.ofVirtual().name("relay").start(this::receive);
  }

  private void receive() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(DATAGRAM);
    while (socket.isOpen()) {
      try {
        buffer.clear();
        SocketAddress client = socket.receive(buffer);
        if (client != null && rule.serves(client)) {
          passOn(client, buffer.flip());
        }
      } catch (ClosedChannelException e) {
        break;
      } catch (IOException e) {
        LOG.debug("a datagram was not passed on", e);
      }
    }
    clients.values().forEach(UdpRelay::close);
  }

  private void passOn(SocketAddress client, ByteBuffer datagram) throws IOException {
    DatagramChannel container = clients.get(client);
    if (container == null) {
      if (clients.size() >= MOST_CLIENTS) {
        return;
      }
      DatagramChannel opened = DatagramChannel.open().connect(rule.target());
      clients.put(client, opened);
      Thread.startVirtualThread(() -> answer(opened, client));
      container = opened;
    }
    container.write(datagram);
  }

  private void answer(DatagramChannel container, SocketAddress client) {
    byte[] bytes = new byte[DATAGRAM];
    try (container) {
      container.socket().setSoTimeout(IDLE_MILLIS);
      while (true) {
        DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
        container.socket().receive(packet);
        socket.send(ByteBuffer.wrap(bytes, 0, packet.getLength()), client);
      }
    } catch (SocketTimeoutException e) {
      LOG.debugf("%s is silent", client);
    } catch (IOException e) {
      LOG.debugf(e, "no answers to %s", client);
    } finally {
      clients.remove(client);
    }
  }

  private static void close(DatagramChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing a relay", e);
    }
  }

  /** The port is free when this returns: it is its last user who closes a channel. */
  @Override
  public void close() {
    close(socket);
    try {
      receiving.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
