package dev.varve.container.adapter.codec;

import com.google.protobuf.Message;
import dev.varve.container.contract.EndpointMessages;
import dev.varve.container.contract.PortMessages;
import dev.varve.container.domain.EndpointSpec;
import dev.varve.container.domain.EndpointsEvent;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.NetworkEvent;
import dev.varve.container.domain.NetworkSpec;
import dev.varve.events.container.v1.AddressPool;
import dev.varve.events.container.v1.EndpointsChanged;
import dev.varve.events.container.v1.EndpointsForgotten;
import dev.varve.events.container.v1.Ipv6Address;
import dev.varve.events.container.v1.NetworkCreated;
import dev.varve.events.container.v1.NetworkNameClaimed;
import dev.varve.events.container.v1.NetworkNameReleased;
import dev.varve.events.container.v1.NetworkRemoved;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Networks, and containers' ends of them, as they stand in the log. */
final class NetworkMessages {
  private NetworkMessages() {}

  static Message write(NetworkEvent event) {
    return switch (event) {
      case NetworkEvent.NetworkCreated(String id, NetworkSpec spec) -> write(id, spec);
      case NetworkEvent.NetworkRemoved(String id, String name) ->
          NetworkRemoved.newBuilder().setNetworkId(id).setName(name).build();
      case NetworkEvent.NetworkNameClaimed(String name, String id) ->
          NetworkNameClaimed.newBuilder().setName(name).setNetworkId(id).build();
      case NetworkEvent.NetworkNameReleased(String name, String id) ->
          NetworkNameReleased.newBuilder().setName(name).setNetworkId(id).build();
    };
  }

  private static NetworkCreated write(String id, NetworkSpec spec) {
    NetworkCreated.Builder message =
        NetworkCreated.newBuilder()
            .setNetworkId(id)
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
            .putAllIpamOptions(spec.ipam().options());
    for (var pool : spec.pools()) {
      message.addPools(
          AddressPool.newBuilder()
              .setSubnet(pool.subnet())
              .setIpRange(pool.ipRange())
              .setGateway(pool.gateway())
              .putAllAuxiliary(pool.auxiliary())
              .setGiven(pool.given()));
    }
    // For readers of the first version.
    spec.pools().stream()
        .filter(pool -> !pool.v6())
        .findFirst()
        .ifPresent(pool -> message.setSubnet(pool.subnet()).setGateway(pool.gateway()));
    return message.build();
  }

  static NetworkEvent read(NetworkCreated message) {
    NetworkSpec.Ipam ipam =
        new NetworkSpec.Ipam(
            message.getIpamDriver().isEmpty() ? "default" : message.getIpamDriver(),
            message.getIpamOptionsMap());
    return new NetworkEvent.NetworkCreated(
        message.getNetworkId(),
        new NetworkSpec(
            message.getName(),
            message.getDriver(),
            message.getBridge(),
            pools(message),
            message.getInternal(),
            message.getAttachable(),
            !message.getWithoutIpv4(),
            message.getIpv6(),
            message.getOptionsMap(),
            message.getLabelsMap(),
            ipam));
  }

  private static List<dev.varve.container.domain.AddressPool> pools(NetworkCreated message) {
    if (message.getPoolsCount() == 0 && !message.getSubnet().isEmpty()) {
      return List.of(
          new dev.varve.container.domain.AddressPool(
              message.getSubnet(), "", message.getGateway(), Map.of(), false));
    }
    return message.getPoolsList().stream()
        .map(it ->
            new dev.varve.container.domain.AddressPool(
                it.getSubnet(),
                it.getIpRange(),
                it.getGateway(),
                it.getAuxiliaryMap(),
                it.getGiven()))
        .toList();
  }

  static Message write(EndpointsEvent event) {
    return switch (event) {
      case EndpointsEvent.EndpointsChanged(String id, List<EndpointSpec> endpoints) ->
          EndpointsChanged.newBuilder()
              .setContainerId(id)
              .addAllEndpoints(endpoints.stream().map(EndpointMessages::write).toList())
              .build();
      case EndpointsEvent.EndpointsForgotten(String id) ->
          EndpointsForgotten.newBuilder().setContainerId(id).build();
    };
  }

  static dev.varve.events.container.v1.NetworkAttachment write(NetworkAttachment attachment) {
    var message =
        dev.varve.events.container.v1.NetworkAttachment.newBuilder()
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
            message.setIpv6(
                Ipv6Address.newBuilder()
                    .setAddress(it.address())
                    .setPrefixLength(it.prefixLength())
                    .setGateway(it.gateway())));
    if (!attachment.link().equals(NetworkAttachment.FIRST_LINK)) {
      message.setLink(attachment.link());
    }
    if (!attachment.wanted().isPlain()) {
      message.setWanted(EndpointMessages.write(attachment.wanted()));
    }
    return message.build();
  }

  static NetworkAttachment read(dev.varve.events.container.v1.NetworkAttachment message) {
    return new NetworkAttachment(
        message.getNetwork(),
        message.getNetworkId(),
        message.getEndpointId(),
        message.getAddress(),
        message.getPrefixLength(),
        message.getGateway(),
        message.getMacAddress(),
        message.hasIpv6() ? Optional.of(read(message.getIpv6())) : Optional.empty(),
        message.getLink().isEmpty() ? NetworkAttachment.FIRST_LINK : message.getLink(),
        message.hasWanted()
            ? EndpointMessages.read(message.getWanted())
            : EndpointSpec.on(message.getNetwork()),
        message.getPortsList().stream().map(PortMessages::read).toList());
  }

  private static NetworkAttachment.Ipv6 read(Ipv6Address message) {
    return new NetworkAttachment.Ipv6(
        message.getAddress(), message.getPrefixLength(), message.getGateway());
  }
}
