package dev.varve.container.adapter.network;

import dev.varve.container.domain.AddressPool;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkOptions;
import dev.varve.container.domain.Refusals;
import dev.varve.linux.net.Ipv4;
import dev.varve.linux.net.NetworkCalls;
import dev.varve.linux.net.NetworkKernel;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * All networks of this engine as the kernel has them: bridges with their addresses, and the packet
 * rules. A bridge made here bears a mark, by which it is known as this engine's. Changes one at a
 * time; lookups from any thread.
 */
final class Segments {
  private static final Logger LOG = Logger.getLogger(Segments.class);
  private static final int MTU = 1500;

  private final NetworkKernel kernel;
  private final String prefix;
  private final SegmentRules rules;
  private final Map<String, Segment> byId = new ConcurrentHashMap<>();

  Segments(NetworkKernel kernel, String prefix) {
    this.kernel = kernel;
    this.prefix = prefix;
    this.rules = SegmentRules.of(prefix);
  }

  Optional<Segment> find(String networkId) {
    return Optional.ofNullable(byId.get(networkId));
  }

  Segment get(Network network) {
    return find(network.id())
        .orElseThrow(() -> Refusals.noSuchNetwork(network.name()).asException());
  }

  synchronized void restore(Collection<Network> networks) throws IOException {
    Set<String> bridges = new HashSet<>();
    for (Network network : networks) {
      if (network.hasEndpoints()) {
        bridges.add(network.bridge());
        try {
          byId.put(network.id(), make(network));
        } catch (IOException e) {
          // One network that cannot be had must not keep the engine from its other containers.
          LOG.errorf(e, "network %s (%s) cannot be made", network.name(), network.bridge());
        }
      }
    }
    for (Map.Entry<String, String> link : kernel.host().marked().entrySet()) {
      if (link.getValue().equals(mark()) && !bridges.contains(link.getKey())) {
        kernel.host().deleteLink(link.getKey());
      }
    }
    applyAll();
  }

  synchronized void add(Network network) throws IOException {
    if (!network.hasEndpoints() || byId.containsKey(network.id())) {
      return;
    }
    Segment segment = make(network);
    byId.put(network.id(), segment);
    if (network.isOwnBridge()) {
      apply(rules.adding(network));
    }
  }

  synchronized void remove(Network network) throws IOException {
    byId.remove(network.id());
    if (network.isOwnBridge()) {
      apply(rules.removing(network));
    }
    if (mark().equals(kernel.host().marked().get(network.bridge()))) {
      kernel.host().deleteLink(network.bridge());
    }
  }

  /** Somebody may have removed our table: then all of it is made again. */
  private void apply(String change) throws IOException {
    try {
      kernel.firewall(change);
    } catch (IOException e) {
      LOG.debugf(e, "the packet rules are made anew");
      applyAll();
    }
  }

  private void applyAll() throws IOException {
    List<Network> own =
        byId.values().stream().map(Segment::network).filter(Network::isOwnBridge).toList();
    kernel.firewall(rules.script(own));
  }

  private String mark() {
    return "varve " + prefix;
  }

  private Segment make(Network network) throws IOException {
    if (network.driver().equals(Network.MACVLAN)) {
      return macvlan(network);
    }
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
    boolean v6 = network.spec().ipv6();
    kernel.sysctl("net/ipv4/ip_forward", "1");
    if (v6) {
      kernel.sysctl("net/ipv6/conf/all/forwarding", "1");
    }
    kernel.sysctl("net/ipv6/conf/" + network.bridge() + "/accept_ra", "0");
    kernel.sysctl("net/ipv6/conf/" + network.bridge() + "/disable_ipv6", v6 ? "0" : "1");
    for (AddressPool pool : network.spec().pools()) {
      if (!pool.gateway().isEmpty() && (v6 || !pool.v6())) {
        host.addAddress(index, InetAddress.ofLiteral(pool.gateway()), pool.block().prefixLength());
      }
    }
    host.setUp(index);
    return new Segment(network, index, mtu);
  }

  /** On the link that was named, or on a bridge of its own that leads nowhere. */
  private Segment macvlan(Network network) throws IOException {
    NetworkCalls host = kernel.host();
    OptionalInt parent = host.index(network.bridge());
    if (parent.isEmpty() && network.option(NetworkOptions.PARENT).isEmpty()) {
      host.addBridge(network.bridge(), "02:42:00:00:00:01", MTU);
      parent = host.index(network.bridge());
      host.mark(parent.orElseThrow(), mark());
      kernel.sysctl("net/ipv6/conf/" + network.bridge() + "/disable_ipv6", "1");
      host.setUp(parent.orElseThrow());
    }
    if (parent.isEmpty()) {
      throw new IOException("there is no link " + network.bridge() + " for it to be on");
    }
    int index = parent.getAsInt();
    int mtu =
        host.links().stream()
            .filter(link -> link.index() == index)
            .mapToInt(NetworkCalls.Link::mtu)
            .findFirst()
            .orElse(MTU);
    return new Segment(network, index, mtu);
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
        .mapToInt(NetworkCalls.Link::mtu)
        .filter(mtu -> mtu < MTU)
        .findFirst()
        .orElse(MTU);
  }
}
