package dev.varve.gateway.docker;

import dev.varve.gateway.http.Refusal;
import dev.varve.values.container.v1.EndpointSpec;
import java.util.Map;
import java.util.Set;

/**
 * A container's end of a network as a client asks for it; what it tells of the present is ignored.
 */
public final class EndpointBody {
  /** What Docker's bridges understand; other options are the affair of drivers nobody has here. */
  private static final Set<String> NOT_YET =
      Set.of("com.docker.network.endpoint.ifname", "com.docker.network.endpoint.sysctls");

  private EndpointBody() {}

  /**
   * @param network as the client calls it
   */
  public static EndpointSpec parse(String network, Fields fields) throws Refusal {
    Fields ipam = fields.object("IPAMConfig");
    Map<String, String> options = fields.map("DriverOpts");
    for (String option : options.keySet()) {
      if (NOT_YET.contains(option)) {
        throw Refusal.notYet("driver option " + option);
      }
    }
    return EndpointSpec.newBuilder()
        .setNetwork(network)
        .setIpv4(ipam.text("IPv4Address"))
        .setIpv6(ipam.text("IPv6Address"))
        .addAllLinkLocal(ipam.texts("LinkLocalIPs"))
        .addAllAliases(fields.texts("Aliases"))
        .addAllLinks(fields.texts("Links"))
        .setMacAddress(fields.text("MacAddress"))
        .putAllDriverOptions(options)
        .setGatewayPriority(fields.integer("GwPriority"))
        .build();
  }
}
