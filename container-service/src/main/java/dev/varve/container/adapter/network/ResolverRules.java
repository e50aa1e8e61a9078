package dev.varve.container.adapter.network;

/**
 * The rules inside a container that lead its questions for names, which go to 127.0.0.11 as Docker's
 * clients expect, to the name server at its bridge's address. Loopback addresses leave the container
 * for that alone, and nobody reaches its loopback from outside.
 */
final class ResolverRules {
  private ResolverRules() {}

  /**
   * @param server the bridge's address; empty takes the rules away
   */
  static String script(String server) {
    String none =
        """
        table ip varve_resolver
        delete table ip varve_resolver
        """;
    return server.isEmpty()
        ? none
        : none
            + """
            table ip varve_resolver {
              chain output {
                type nat hook output priority -100;
                ip daddr 127.0.0.11 udp dport 53 dnat to %1$s
                ip daddr 127.0.0.11 tcp dport 53 dnat to %1$s
              }
              chain postrouting {
                type nat hook postrouting priority srcnat;
                ip saddr 127.0.0.0/8 ip daddr %1$s masquerade
              }
              chain guard {
                type filter hook prerouting priority raw;
                iifname != "lo" ip daddr 127.0.0.0/8 drop
              }
            }
            """
                .formatted(server);
  }
}
