package dev.varve.container.adapter.network;

import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.NetworkOptions;
import dev.varve.linux.net.NetworkCalls.Kind;
import dev.varve.linux.net.NetworkCalls.Sublink;
import java.util.Map;

/** What links on a parent are by the options of their network, in the kernel's numbers. */
final class Sublinks {
  private static final Map<String, Integer> MACVLAN_MODES =
      Map.of("private", 1, "vepa", 2, "bridge", 4, "passthru", 8);
  private static final int MACVLAN_BRIDGE = 4;
  private static final Map<String, Integer> IPVLAN_MODES = Map.of("l2", 0, "l3", 1, "l3s", 2);
  private static final Map<String, Integer> IPVLAN_FLAGS =
      Map.of("bridge", 0, "private", 1, "vepa", 2);

  private Sublinks() {}

  static Sublink of(Segment segment, NetworkAttachment place, int namespace) {
    return new Sublink(
        place.link(), segment.index(), segment.mtu(), kind(segment.network(), place), namespace);
  }

  private static Kind kind(Network network, NetworkAttachment place) {
    if (network.driver().equals(Network.IPVLAN)) {
      return new Kind.Ipvlan(
          IPVLAN_MODES.getOrDefault(network.option(NetworkOptions.IPVLAN_MODE), 0),
          IPVLAN_FLAGS.getOrDefault(network.option(NetworkOptions.IPVLAN_FLAG), 0));
    }
    return new Kind.Macvlan(
        MACVLAN_MODES.getOrDefault(network.option(NetworkOptions.MACVLAN_MODE), MACVLAN_BRIDGE),
        place.macAddress());
  }
}
