package dev.varve.container.adapter.ports;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;

/**
 * Opens the sockets that hold ports. Each relays what comes to it: IPv6, which the kernel's rules
 * cannot lead to an IPv4 container, and IPv4 as long as those rules are not there.
 */
final class HostSockets implements HostSocket.Opener {
  /** SCTP is held by nothing but our own book: the JDK's needs a library that hosts rarely have. */
  private static final HostSocket NONE = () -> {};

  @Override
  public HostSocket open(
      String protocol, String hostIp, boolean both, int port, HostSocket.Target target)
      throws IOException {
    // A literal: nothing is looked up.
    InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(hostIp), port);
    ProtocolFamily family =
        PortBook.isIpv6(hostIp) ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
    InetSocketAddress to =
        new InetSocketAddress(InetAddress.ofLiteral(target.address()), target.port());
    boolean ipv6Only = family == StandardProtocolFamily.INET6 && !both;
    return switch (protocol) {
      case "tcp" -> tcp(family, address, new RelayRule(to, ipv6Only));
      case "udp" -> udp(family, address, new RelayRule(to, ipv6Only));
      default -> NONE;
    };
  }

  private static HostSocket tcp(ProtocolFamily family, InetSocketAddress address, RelayRule rule)
      throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(family);
    try {
      // A connection of somebody who had the port before must not keep us off.
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(address);
      return new TcpRelay(channel, rule);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static HostSocket udp(ProtocolFamily family, InetSocketAddress address, RelayRule rule)
      throws IOException {
    DatagramChannel channel = DatagramChannel.open(family);
    try {
      channel.bind(address);
      return new UdpRelay(channel, rule);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }
}
