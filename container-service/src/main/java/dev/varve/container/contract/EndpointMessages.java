package dev.varve.container.contract;

import dev.varve.container.domain.EndpointSpec;
import java.util.List;

/** How a container is to be connected to a network. */
public final class EndpointMessages {
  private EndpointMessages() {}

  public static dev.varve.values.container.v1.EndpointSpec write(EndpointSpec spec) {
    return dev.varve.values.container.v1.EndpointSpec.newBuilder()
        .setNetwork(spec.network())
        .setIpv4(spec.ipv4())
        .setIpv6(spec.ipv6())
        .addAllLinkLocal(spec.linkLocal())
        .addAllAliases(spec.aliases())
        .addAllLinks(spec.links())
        .setMacAddress(spec.macAddress())
        .putAllDriverOptions(spec.driverOptions())
        .setGatewayPriority(spec.gatewayPriority())
        .build();
  }

  public static List<EndpointSpec> read(List<dev.varve.values.container.v1.EndpointSpec> messages) {
    return messages.stream().map(EndpointMessages::read).toList();
  }

  public static EndpointSpec read(dev.varve.values.container.v1.EndpointSpec message) {
    return new EndpointSpec(
        message.getNetwork(),
        message.getIpv4(),
        message.getIpv6(),
        message.getLinkLocalList(),
        message.getAliasesList(),
        message.getLinksList(),
        message.getMacAddress(),
        message.getDriverOptionsMap(),
        message.getGatewayPriority());
  }
}
