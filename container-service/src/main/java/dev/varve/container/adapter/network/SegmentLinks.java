package dev.varve.container.adapter.network;

import dev.varve.container.domain.AddressPool;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkOptions;
import dev.varve.linux.net.Ipv4;
import dev.varve.linux.net.NetworkCalls;
import dev.varve.linux.net.NetworkCalls.Link;
import dev.varve.linux.net.NetworkKernel;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The links of the host that networks are on: bridges, or parents of their containers' links. A
 * link made here bears a mark, by which it is known as this engine's.
 */
final class SegmentLinks {
  private static final int MTU = 1500;
  private static final String NOBODYS_MAC = "02:42:00:00:00:01";

  private final NetworkKernel kernel;
  private final String prefix;

  SegmentLinks(NetworkKernel kernel, String prefix) {
    this.kernel = kernel;
    this.prefix = prefix;
  }

  private String mark() {
    return "varve " + prefix;
  }

  /** Where a network's link is to be found. */
  record Made(int index, int mtu) {}

  /** Makes what is missing; idempotent. */
  Made make(Network network) throws IOException {
    return network.isOnParent() ? parent(network) : bridge(network);
  }

  private Made bridge(Network network) throws IOException {
    NetworkCalls host = kernel.host();
    int mtu = mtu(network, host);
    OptionalInt present = host.index(network.bridge());
    if (present.isEmpty()) {
      host.addBridge(network.bridge(), mac(network), mtu);
      present = host.index(network.bridge());
      if (!network.isBuiltin()) {
        host.mark(present.orElseThrow(), mark());
      }
    }
    int index = present.orElseThrow();
    host.takeLargeSegments(index);
    boolean v6 = network.spec().ipv6();
    kernel.sysctl("net/ipv4/ip_forward", "1");
    if (v6) {
      kernel.sysctl("net/ipv6/conf/all/forwarding", "1");
    }
    kernel.sysctl("net/ipv6/conf/" + network.bridge() + "/accept_ra", "0");
    kernel.sysctl("net/ipv6/conf/" + network.bridge() + "/disable_ipv6", v6 ? "0" : "1");
    for (AddressPool pool : gateways(network)) {
      host.addAddress(index, InetAddress.ofLiteral(pool.gateway()), pool.block().prefixLength());
    }
    host.setUp(index);
    return new Made(index, mtu);
  }

  /** Those whose gateway is an address of the bridge. */
  private static List<AddressPool> gateways(Network network) {
    return network.spec().pools().stream()
        .filter(pool -> !pool.gateway().isEmpty() && (network.spec().ipv6() || !pool.v6()))
        .toList();
  }

  /** The link that was named, or a bridge of its own that leads nowhere. */
  private Made parent(Network network) throws IOException {
    NetworkCalls host = kernel.host();
    if (!host.knows(network.driver())) {
      throw new IOException("the kernel has no " + network.driver() + " links");
    }
    OptionalInt parent = host.index(network.bridge());
    if (parent.isEmpty() && network.option(NetworkOptions.PARENT).isEmpty()) {
      host.addBridge(network.bridge(), NOBODYS_MAC, MTU);
      parent = host.index(network.bridge());
      host.mark(parent.orElseThrow(), mark());
      kernel.sysctl("net/ipv6/conf/" + network.bridge() + "/disable_ipv6", "1");
    }
    if (parent.isEmpty()) {
      throw new IOException("there is no link " + network.bridge() + " for it to be on");
    }
    int index = parent.getAsInt();
    if (network.option(NetworkOptions.PARENT).isEmpty()) {
      host.setUp(index);
    }
    int mtu = link(index).map(Link::mtu).orElse(MTU);
    return new Made(index, mtu);
  }

  /**
   * Whether the link is there, is up and has its addresses. What was there before us is its
   * owner's.
   */
  boolean isWhole(Segment segment) throws IOException {
    Network network = segment.network();
    Optional<Link> link = link(segment.index()).filter(it -> it.name().equals(network.bridge()));
    if (!network.option(NetworkOptions.PARENT).isEmpty()) {
      return link.isPresent();
    }
    if (link.filter(Link::up).isEmpty()) {
      return false;
    }
    if (network.isOnParent()) {
      return true;
    }
    Set<InetAddress> present = kernel.host().addresses(segment.index());
    List<InetAddress> wanted = new ArrayList<>();
    for (AddressPool pool : gateways(network)) {
      wanted.add(InetAddress.ofLiteral(pool.gateway()));
    }
    return present.containsAll(wanted);
  }

  private Optional<Link> link(int index) throws IOException {
    return kernel.host().links().stream().filter(it -> it.index() == index).findFirst();
  }

  /** Unless it was there before the network was. */
  void delete(Network network) throws IOException {
    if (mark().equals(kernel.host().marked().get(network.bridge()))) {
      var _ = kernel.host().deleteLink(network.bridge());
    }
  }

  /** All of this engine's but those. */
  void deleteOthers(Set<String> kept) throws IOException {
    for (Map.Entry<String, String> link : kernel.host().marked().entrySet()) {
      if (link.getValue().equals(mark()) && !kept.contains(link.getKey())) {
        var _ = kernel.host().deleteLink(link.getKey());
      }
    }
  }

  private static String mac(Network network) {
    return network.gateway().isEmpty()
        ? "02:42:" + String.join(":", network.id().substring(0, 8).split("(?<=\\G..)"))
        : Ipv4.parse(network.gateway()).mac();
  }

  /** As large as what leaves the host may be, so that nothing is lost on a narrow uplink. */
  private static int mtu(Network network, NetworkCalls host) throws IOException {
    if (!network.option(NetworkOptions.MTU).isEmpty()) {
      return Integer.parseInt(network.option(NetworkOptions.MTU));
    }
    var uplink = host.defaultLink();
    return host.links().stream()
        .filter(link -> uplink.isPresent() && link.index() == uplink.getAsInt())
        .mapToInt(Link::mtu)
        .filter(mtu -> mtu < MTU)
        .findFirst()
        .orElse(MTU);
  }
}
