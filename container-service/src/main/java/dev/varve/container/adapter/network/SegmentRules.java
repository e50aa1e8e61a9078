package dev.varve.container.adapter.network;

import dev.varve.container.application.NameServer.Ports;
import dev.varve.container.domain.AddressPool;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkOptions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The packet rules of all networks on bridges, in one table of the engine's own. The rules are
 * fixed; what makes a network is in their sets, so that a network more costs the same whether there
 * is one or five hundred.
 *
 * <p>Containers reach out under the host's address unless the network is internal; reach each other
 * within a network unless that is switched off, and nobody on another; and are reached from outside
 * only by answers and by what another rule has translated to them (a published port). A packet that
 * claims an address of another network is dropped; one for the host itself as well, which the
 * forward hook does not see. (The kernel's own rp_filter, which would, is off or loose on many
 * hosts and knows no IPv6.) It is looked at before any translation, when a published port is still
 * the host's.
 *
 * <p>Names are asked for at port 53 of a bridge's address, and led to the port on which the servers
 * listen, so that this one is free for containers to publish. A bridge's own containers and the
 * host alone are answered there, and those of an internal network by the internal server alone.
 */
record SegmentRules(String table, Ports names) {
  static SegmentRules of(String prefix, Ports names) {
    return new SegmentRules(prefix + "_networks", names);
  }

  /** The table as a whole, in place of what is there. */
  String script(Collection<Network> networks) {
    StringBuilder script =
        new StringBuilder(
            """
            table inet %1$s
            delete table inet %1$s
            table inet %1$s {
              set bridges { type ifname; }
              set internal { type ifname; }
              set within { type ifname . ifname; }
              set sources { type ifname . ipv4_addr; flags interval; }
              set sources6 { type ifname . ipv6_addr; flags interval; }
              set home { type ipv4_addr . ifname; flags interval; }
              set home6 { type ipv6_addr . ifname; flags interval; }
              set hidden { type ipv4_addr; flags interval; }
              set hidden6 { type ipv6_addr; flags interval; }
              set gateways { type ipv4_addr; }
              set gateways6 { type ipv6_addr; }
              set doors { type ifname . ipv4_addr; }
              set doors6 { type ifname . ipv6_addr; }
              chain forward {
                type filter hook forward priority filter; policy accept;
                iifname @bridges iifname . ip saddr != @sources drop
                iifname @bridges ip6 saddr != { ::, fe80::/10 } iifname . ip6 saddr != @sources6 drop
                ct state established,related accept
                iifname . oifname @within accept
                iifname @internal drop
                oifname @internal drop
                oifname @bridges ct status dnat accept
                oifname @bridges drop
              }
              chain arriving {
                type filter hook prerouting priority raw; policy accept;
                iifname @bridges fib daddr type { local, broadcast, multicast } fib saddr . iif oif missing drop
              }
              chain prerouting {
                type nat hook prerouting priority dstnat - 10; policy accept;
                meta l4proto { tcp, udp } th dport 53 iifname @internal iifname . ip daddr @doors dnat to :%3$d
                meta l4proto { tcp, udp } th dport 53 iifname @internal iifname . ip6 daddr @doors6 dnat to :%3$d
                meta l4proto { tcp, udp } th dport 53 iifname . ip daddr @doors dnat to :%2$d
                meta l4proto { tcp, udp } th dport 53 iifname . ip6 daddr @doors6 dnat to :%2$d
              }
              chain postrouting {
                type nat hook postrouting priority srcnat; policy accept;
                ip saddr . oifname @home return
                ip6 saddr . oifname @home6 return
                ip saddr @hidden masquerade
                ip6 saddr @hidden6 masquerade
              }
              chain input {
                type filter hook input priority filter; policy accept;
                iifname != "lo" meta l4proto { tcp, udp } th dport { %2$d, %3$d } jump names
              }
              chain names {
                iifname @internal th dport %2$d drop
                iifname . ip daddr @doors return
                iifname . ip6 daddr @doors6 return
                ip daddr @gateways drop
                ip6 daddr @gateways6 drop
              }
            }
            """
                .formatted(table, names.open(), names.internal()));
    networks.forEach(network -> script.append(adding(network)));
    return script.toString();
  }

  /** What makes the network, added to the table. */
  String adding(Network network) {
    StringBuilder script = new StringBuilder();
    for (Element element : elements(network)) {
      script.append(element.in("add", table));
    }
    return script.toString();
  }

  /** The same taken away, whether it is there or not. */
  String removing(Network network) {
    StringBuilder script = new StringBuilder(adding(network));
    for (Element element : elements(network)) {
      script.append(element.in("delete", table));
    }
    return script.toString();
  }

  private record Element(String set, String value) {
    String in(String verb, String table) {
      return "%s element inet %s %s { %s }\n".formatted(verb, table, set, value);
    }
  }

  private static List<Element> elements(Network network) {
    List<Element> elements = new ArrayList<>();
    String bridge = "\"" + network.bridge() + "\"";
    elements.add(new Element("bridges", bridge));
    if (network.internal()) {
      elements.add(new Element("internal", bridge));
    }
    if (network.option(NetworkOptions.ICC, true)) {
      elements.add(new Element("within", bridge + " . " + bridge));
    }
    boolean hidden = !network.internal() && network.option(NetworkOptions.MASQUERADE, true);
    for (AddressPool pool : network.spec().pools()) {
      if (pool.v6() && !network.spec().ipv6()) {
        continue;
      }
      String family = pool.v6() ? "6" : "";
      String subnet = pool.block().toString();
      elements.add(new Element("sources" + family, bridge + " . " + subnet));
      if (hidden) {
        elements.add(new Element("home" + family, subnet + " . " + bridge));
        elements.add(new Element("hidden" + family, subnet));
      }
      if (!pool.gateway().isEmpty() && network.isOwnBridge()) {
        elements.add(new Element("gateways" + family, pool.gateway()));
        elements.add(new Element("doors" + family, bridge + " . " + pool.gateway()));
      }
    }
    return elements;
  }
}
