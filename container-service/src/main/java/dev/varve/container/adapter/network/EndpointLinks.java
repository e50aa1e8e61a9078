package dev.varve.container.adapter.network;

import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.NetworkOptions;
import dev.varve.container.domain.Routing;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.net.Ipv4;
import dev.varve.linux.net.NetworkCalls;
import dev.varve.linux.net.NetworkKernel;
import dev.varve.linux.net.Redirection;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Links, addresses, routes and the way to the name server of one container's namespace. */
final class EndpointLinks {
  private static final Map<String, Integer> MACVLAN_MODES =
      Map.of("private", 1, "vepa", 2, "bridge", 4, "passthru", 8);

  private static final String NAMES_TABLE = "varve_names";
  private static final Ipv4 NAME_SERVER = Ipv4.parse("127.0.0.11");
  private static final int NAMES_PORT = 53;

  private final NetworkKernel kernel;
  private final String prefix;
  private final Segments segments;

  EndpointLinks(NetworkKernel kernel, String prefix, Segments segments) {
    this.kernel = kernel;
    this.prefix = prefix;
    this.segments = segments;
  }

  /**
   * @param missing the attachments that have no link yet
   * @param all of the container's
   */
  void make(Path namespace, List<NetworkAttachment> missing, List<NetworkAttachment> all)
      throws IOException {
    kernel.inNamespace(
        namespace,
        (inside, number) -> {
          for (NetworkAttachment attachment : missing) {
            make(attachment, inside, number);
          }
          Routing routing = lead(inside, all);
          if (routing.resolver().isPresent()) {
            resolve(routing);
          }
        });
  }

  /** Takes a link away, and with it its addresses and routes. Idempotent. */
  void delete(Path namespace, NetworkAttachment attachment, List<NetworkAttachment> rest)
      throws IOException {
    kernel.inNamespace(
        namespace,
        (inside, _) -> {
          boolean ignored = inside.deleteLink(attachment.link());
          resolve(lead(inside, rest));
        });
  }

  private void make(NetworkAttachment attachment, NetworkCalls inside, int namespace)
      throws IOException {
    Segment segment =
        segments
            .find(attachment.networkId())
            .orElseThrow(() -> new IOException("network " + attachment.network() + " is gone"));
    Network network = segment.network();
    if (network.driver().equals(Network.MACVLAN)) {
      kernel
          .host()
          .addMacvlan(
              new NetworkCalls.Macvlan(
                  attachment.link(),
                  segment.index(),
                  MACVLAN_MODES.getOrDefault(network.option(NetworkOptions.MACVLAN_MODE), 4),
                  segment.mtu(),
                  attachment.macAddress(),
                  namespace));
    } else {
      kernel
          .host()
          .addVeth(
              new NetworkCalls.Veth(
                  hostLink(attachment),
                  segment.index(),
                  !network.option(NetworkOptions.ICC, true),
                  segment.mtu(),
                  attachment.link(),
                  attachment.macAddress(),
                  namespace));
    }
    int link = BridgedNamespace.indexOf(inside, attachment.link());
    if (!attachment.address().isEmpty()) {
      inside.addAddress(
          link, InetAddress.ofLiteral(attachment.address()), attachment.prefixLength());
    }
    if (attachment.ipv6().isPresent()) {
      NetworkAttachment.Ipv6 v6 = attachment.ipv6().get();
      kernel.sysctl("net/ipv6/conf/lo/disable_ipv6", "0");
      kernel.sysctl("net/ipv6/conf/" + attachment.link() + "/disable_ipv6", "0");
      kernel.sysctl("net/ipv6/conf/" + attachment.link() + "/accept_ra", "0");
      inside.addAddress(link, InetAddress.ofLiteral(v6.address()), v6.prefixLength());
    }
    for (String address : attachment.wanted().linkLocal()) {
      InetAddress local = InetAddress.ofLiteral(address);
      inside.addAddress(link, local, local.getAddress().length == 4 ? 16 : 64);
    }
    inside.setUp(link);
  }

  /** The name on the host's side; on the default bridge another when it came out of the pool. */
  String hostLink(NetworkAttachment attachment) {
    return BridgedNamespace.linkName(prefix, attachment.endpointId());
  }

  /** The link on the host of one that came out of the pool. */
  String pooledLink(String address) {
    return BridgedNamespace.linkName(prefix, Ipv4.parse(address));
  }

  private Routing lead(NetworkCalls inside, List<NetworkAttachment> all) throws IOException {
    Routing routing = Routing.of(all, id -> segments.find(id).map(Segment::network));
    way(inside, routing.way(), routing.way().map(NetworkAttachment::gateway), false);
    way(
        inside,
        routing.wayV6(),
        routing.wayV6().flatMap(NetworkAttachment::ipv6).map(NetworkAttachment.Ipv6::gateway),
        true);
    return routing;
  }

  /** Docker's clients ask for names at 127.0.0.11; the server is at a bridge's address. */
  private void resolve(Routing routing) throws IOException {
    if (routing.resolver().isPresent()) {
      kernel.sysctl("net/ipv4/conf/all/route_localnet", "1");
      kernel.redirect(
          new Redirection(
              NAMES_TABLE, NAME_SERVER, NAMES_PORT, Ipv4.parse(routing.resolver().get())));
    } else {
      kernel.firewall(
          """
          table ip %1$s
          delete table ip %1$s
          """
              .formatted(NAMES_TABLE));
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
