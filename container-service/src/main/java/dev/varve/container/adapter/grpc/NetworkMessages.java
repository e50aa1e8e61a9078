package dev.varve.container.adapter.grpc;

import dev.varve.api.container.v1.AddressPool;
import dev.varve.api.container.v1.EndpointSpec;
import dev.varve.api.container.v1.Network;
import dev.varve.api.container.v1.NetworkAttachment;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.NetworkSpec;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Networks, and containers' ends of them, as clients ask for and see them. */
final class NetworkMessages {
  private NetworkMessages() {}

  static NetworkSpec spec(Network message) {
    return new NetworkSpec(
        message.getName(),
        message.getDriver(),
        "",
        message.getPoolsList().stream()
            .map(it ->
                new dev.varve.container.domain.AddressPool(
                    it.getSubnet(),
                    it.getIpRange(),
                    it.getGateway(),
                    it.getAuxiliaryMap(),
                    !it.getSubnet().isEmpty()))
            .toList(),
        message.getInternal(),
        message.getAttachable(),
        !message.getWithoutIpv4(),
        message.getIpv6(),
        message.getOptionsMap(),
        message.getLabelsMap(),
        new NetworkSpec.Ipam(message.getIpamDriver(), message.getIpamOptionsMap()));
  }

  static Network.Builder network(dev.varve.container.domain.Network it) {
    NetworkSpec spec = it.spec();
    Network.Builder message =
        Network.newBuilder()
            .setId(it.id())
            .setName(spec.name())
            .setDriver(spec.driver())
            .setBridge(spec.bridge())
            .setInternal(spec.internal())
            .setAttachable(spec.attachable())
            .setIpv6(spec.ipv6())
            .setWithoutIpv4(!spec.ipv4())
            .putAllOptions(spec.options())
            .putAllLabels(spec.labels())
            .setIpamDriver(spec.ipam().driver())
            .putAllIpamOptions(spec.ipam().options())
            .setCreatedNanos(ContainerMessages.nanos(it.createdAt()));
    for (var pool : spec.pools()) {
      message.addPools(
          AddressPool.newBuilder()
              .setSubnet(pool.subnet())
              .setIpRange(pool.ipRange())
              .setGateway(pool.gateway())
              .putAllAuxiliary(pool.auxiliary()));
    }
    return message;
  }

  static dev.varve.container.domain.EndpointSpec endpoint(EndpointSpec message) {
    return new dev.varve.container.domain.EndpointSpec(
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

  static EndpointSpec endpoint(dev.varve.container.domain.EndpointSpec spec) {
    return EndpointSpec.newBuilder()
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

  static NetworkAttachment attachment(dev.varve.container.domain.NetworkAttachment attachment) {
    NetworkAttachment.Builder message =
        NetworkAttachment.newBuilder()
            .setNetwork(attachment.network())
            .setNetworkId(attachment.networkId())
            .setEndpointId(attachment.endpointId())
            .setAddress(attachment.address())
            .setPrefixLength(attachment.prefixLength())
            .setGateway(attachment.gateway())
            .setMacAddress(attachment.macAddress())
            .addAllPorts(attachment.ports().stream().map(PortMessages::write).toList());
    attachment
        .ipv6()
        .ifPresent(it ->
            message
                .setIpv6Address(it.address())
                .setIpv6PrefixLength(it.prefixLength())
                .setIpv6Gateway(it.gateway()));
    if (!attachment.wanted().isPlain()) {
      message.setWanted(endpoint(attachment.wanted()));
    }
    return message.build();
  }

  /** In Docker's order. */
  static Set<String> dnsNames(Container it, List<String> aliases) {
    Set<String> names = new LinkedHashSet<>();
    names.add(it.name());
    names.addAll(aliases);
    names.add(it.shortId());
    if (!it.spec().hostname().isEmpty()) {
      names.add(it.spec().hostname());
    }
    return names;
  }
}
