package dev.varve.container.adapter.network;

import dev.varve.linux.net.Ipv4;

/**
 * The packet rules of the default bridge, in one table of the engine's own that each application
 * replaces as a whole: nobody else's rules are touched.
 *
 * <p>Containers reach out under the host's address, reach each other, and are reached from outside
 * only by answers and by what another rule has translated to them (a published port). A packet that
 * claims an address of no container is dropped.
 */
record BridgeRules(String table, String bridge, Ipv4 subnet) {
  String script() {
    return """
    table ip %1$s
    delete table ip %1$s
    table ip %1$s {
      chain postrouting {
        type nat hook postrouting priority srcnat; policy accept;
        ip saddr %3$s oifname != "%2$s" masquerade
      }
      chain forward {
        type filter hook forward priority filter; policy accept;
        iifname "%2$s" ip saddr != %3$s drop
        iifname "%2$s" accept
        oifname "%2$s" ct state established,related accept
        oifname "%2$s" ct status dnat accept
        oifname "%2$s" drop
      }
    }
    """
        .formatted(table, bridge, subnet.network());
  }
}
