package dev.varve.container.domain;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a container is to be connected to a network, in each of its runs.
 *
 * @param network its name, or whatever the user called it as long as it is not known
 * @param ipv4 a fixed address; empty for any
 * @param ipv6 a fixed address; empty for any
 * @param aliases further names of the container on this network
 * @param links what the container alone calls others on this network, as {@link Link#parse} reads
 *     it
 * @param macAddress empty for one that is derived
 * @param gatewayPriority the network with the highest gets the default route
 */
public record EndpointSpec(
    String network,
    String ipv4,
    String ipv6,
    List<String> linkLocal,
    List<String> aliases,
    List<String> links,
    String macAddress,
    Map<String, String> driverOptions,
    int gatewayPriority) {
  public EndpointSpec {
    linkLocal = List.copyOf(linkLocal);
    aliases = List.copyOf(aliases);
    links = List.copyOf(links);
    driverOptions = new TreeMap<>(driverOptions);
  }

  /** Nothing but the network was asked for. */
  public static EndpointSpec on(String network) {
    return new EndpointSpec(network, "", "", List.of(), List.of(), List.of(), "", Map.of(), 0);
  }

  public EndpointSpec named(String other) {
    return new EndpointSpec(
        other, ipv4, ipv6, linkLocal, aliases, links, macAddress, driverOptions, gatewayPriority);
  }

  public boolean isPlain() {
    return equals(on(network));
  }
}
