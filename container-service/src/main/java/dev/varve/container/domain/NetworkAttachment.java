package dev.varve.container.domain;

import java.util.List;

/**
 * A container's place on a network for one run.
 *
 * @param address IPv4, dotted
 * @param macAddress six lower-case hex pairs with colons
 * @param ports of the node that lead here as long as it lasts
 */
public record NetworkAttachment(
    String network,
    String networkId,
    String endpointId,
    String address,
    int prefixLength,
    String gateway,
    String macAddress,
    List<PublishedPort> ports) {
  public NetworkAttachment {
    ports = List.copyOf(ports);
  }

  /** The same with ports of the node. */
  public NetworkAttachment publishing(List<PublishedPort> published) {
    return new NetworkAttachment(
        network, networkId, endpointId, address, prefixLength, gateway, macAddress, published);
  }
}
