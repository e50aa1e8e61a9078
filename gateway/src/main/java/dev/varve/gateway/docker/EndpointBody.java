package dev.varve.gateway.docker;

import dev.varve.gateway.http.Refusal;
import dev.varve.values.container.v1.EndpointSpec;

/**
 * A container's end of a network as a client asks for it; what it tells of the present is ignored.
 */
public final class EndpointBody {
  private EndpointBody() {}

  /**
   * @param network as the client calls it
   */
  public static EndpointSpec parse(String network, Fields fields) throws Refusal {
    Fields ipam = fields.object("IPAMConfig");
    return EndpointSpec.newBuilder()
        .setNetwork(network)
        .setIpv4(ipam.text("IPv4Address"))
        .setIpv6(ipam.text("IPv6Address"))
        .addAllLinkLocal(ipam.texts("LinkLocalIPs"))
        .addAllAliases(fields.texts("Aliases"))
        .addAllLinks(fields.texts("Links"))
        .setMacAddress(fields.text("MacAddress"))
        .putAllDriverOptions(fields.map("DriverOpts"))
        .setGatewayPriority(fields.integer("GwPriority"))
        .build();
  }
}
