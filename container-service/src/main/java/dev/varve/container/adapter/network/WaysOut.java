package dev.varve.container.adapter.network;

import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.Routing;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.net.Ipv4;
import dev.varve.linux.net.NetworkCalls;
import dev.varve.linux.net.NetworkKernel;
import dev.varve.linux.net.Redirection;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Default routes of a container's namespace, and its way to the name server: Docker's clients ask
 * at 127.0.0.11, and the server is at a bridge's address. Where there is IPv6 alone they are told
 * that address, for nothing can be translated.
 */
final class WaysOut {
  private static final String NAMES_TABLE = "varve_names";
  private static final Ipv4 NAME_SERVER = Ipv4.parse(Routing.NAME_SERVER);
  private static final int NAMES_PORT = 53;

  private final NetworkKernel kernel;
  private final Segments segments;

  WaysOut(NetworkKernel kernel, Segments segments) {
    this.kernel = kernel;
    this.segments = segments;
  }

  /**
   * Makes them what all the places together call for. To be called in the namespace.
   *
   * @param inside speaks to it
   * @param less a place has gone, and with it maybe all that names could be asked at
   */
  void follow(NetworkCalls inside, List<NetworkAttachment> places, boolean less)
      throws IOException {
    Routing routing = Routing.of(places, id -> segments.find(id).map(Segment::network));
    way(inside, routing.way(), routing.way().map(NetworkAttachment::gateway), false);
    way(
        inside,
        routing.wayV6(),
        routing.wayV6().flatMap(NetworkAttachment::ipv6).map(NetworkAttachment.Ipv6::gateway),
        true);
    Optional<Ipv4> resolver = routing.resolver().filter(it -> it.indexOf(':') < 0).map(Ipv4::parse);
    if (resolver.isPresent()) {
      kernel.sysctl("net/ipv4/conf/all/route_localnet", "1");
      kernel.redirect(new Redirection(NAMES_TABLE, NAME_SERVER, NAMES_PORT, resolver.get()));
    } else if (less) {
      kernel.firewall("table ip %1$s\ndelete table ip %1$s\n".formatted(NAMES_TABLE));
    }
  }

  private static void way(
      NetworkCalls inside,
      Optional<NetworkAttachment> attachment,
      Optional<String> gateway,
      boolean v6)
      throws IOException {
    if (attachment.isEmpty() || gateway.isEmpty()) {
      inside.deleteDefaultRoute(v6);
      return;
    }
    int link = BridgedNamespace.indexOf(inside, attachment.get().link());
    if (gateway.get().isEmpty()) {
      inside.replaceDefaultRoute(v6, link);
      return;
    }
    try {
      inside.replaceDefaultRoute(InetAddress.ofLiteral(gateway.get()), link);
    } catch (SystemCallException e) {
      // A gateway outside the subnet, which people may ask for, leads nowhere.
      if (e.errno() != Errno.ENETUNREACH) {
        throw e;
      }
    }
  }
}
