package dev.varve.container.domain;

import java.util.List;
import java.util.Optional;

/**
 * A container's place on a network for one run.
 *
 * @param address IPv4, dotted; empty on a network without
 * @param macAddress six lower-case hex pairs with colons
 * @param link its interface in the container
 * @param wanted what was asked for
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
    Optional<Ipv6> ipv6,
    String link,
    EndpointSpec wanted,
    List<PublishedPort> ports) {
  public static final String FIRST_LINK = "eth0";

  public NetworkAttachment {
    ports = List.copyOf(ports);
  }

  /** The same in the other family; the gateway may be empty. */
  public record Ipv6(String address, int prefixLength, String gateway) {}

  /** The address at which the host's programs reach it. */
  public String reachedAt() {
    return address.isEmpty() ? ipv6.map(Ipv6::address).orElse("") : address;
  }

  /** As the default bridge gives it. */
  public NetworkAttachment(
      String network,
      String networkId,
      String endpointId,
      String address,
      int prefixLength,
      String gateway,
      String macAddress) {
    this(
        network,
        networkId,
        endpointId,
        address,
        prefixLength,
        gateway,
        macAddress,
        Optional.empty(),
        FIRST_LINK,
        EndpointSpec.on(network),
        List.of());
  }

  /** The same with these ports of the node. */
  public NetworkAttachment publishing(List<PublishedPort> published) {
    return new NetworkAttachment(
        network,
        networkId,
        endpointId,
        address,
        prefixLength,
        gateway,
        macAddress,
        ipv6,
        link,
        wanted,
        published);
  }
}
