package dev.varve.gateway.route;

import dev.varve.api.container.v1.AddressPool;
import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.Network;
import dev.varve.api.container.v1.NetworkAttachment;
import dev.varve.gateway.docker.DockerTime;
import dev.varve.gateway.docker.json.EndpointJson;
import dev.varve.gateway.docker.json.NetworkJson;
import dev.varve.values.container.v1.EndpointSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A network, and a container's end of one, as Docker's clients see them. Pure. */
final class NetworkViews {
  private static final Set<String> BUILTIN = Set.of("bridge", "host", "none");

  private NetworkViews() {}

  static boolean isBuiltin(Network network) {
    return BUILTIN.contains(network.getName());
  }

  static NetworkJson network(Network network, Map<String, NetworkJson.Endpoint> endpoints) {
    return new NetworkJson(
        network.getName(),
        network.getId(),
        DockerTime.rfc3339(network.getCreatedNanos()),
        "local",
        network.getDriver(),
        !network.getWithoutIpv4(),
        network.getIpv6(),
        ipam(network),
        network.getInternal(),
        network.getAttachable(),
        false,
        new NetworkJson.From(""),
        false,
        endpoints,
        options(network),
        network.getLabelsMap());
  }

  private static NetworkJson.Ipam ipam(Network network) {
    return new NetworkJson.Ipam(
        network.getIpamDriver().isEmpty() ? "default" : network.getIpamDriver(),
        isBuiltin(network) ? null : network.getIpamOptionsMap(),
        network.getPoolsCount() == 0
            ? null
            : network.getPoolsList().stream().map(NetworkViews::pool).toList());
  }

  private static NetworkJson.Pool pool(AddressPool pool) {
    return new NetworkJson.Pool(
        pool.getSubnet(),
        pool.getIpRange().isEmpty() ? null : pool.getIpRange(),
        pool.getGateway().isEmpty() ? null : pool.getGateway(),
        pool.getAuxiliaryCount() == 0 ? null : pool.getAuxiliaryMap());
  }

  private static Map<String, String> options(Network network) {
    if (!network.getName().equals("bridge")) {
      return network.getOptionsMap();
    }
    Map<String, String> options = new TreeMap<>();
    String bridge = "com.docker.network.bridge.";
    options.put(bridge + "default_bridge", "true");
    options.put(bridge + "enable_icc", "true");
    options.put(bridge + "enable_ip_masquerade", "true");
    options.put(bridge + "host_binding_ipv4", "0.0.0.0");
    options.put(bridge + "name", network.getBridge());
    options.put("com.docker.network.driver.mtu", "1500");
    return options;
  }

  /** The containers that are on the network now, by id. */
  static Map<String, NetworkJson.Endpoint> endpoints(Network network, List<Container> containers) {
    Map<String, NetworkJson.Endpoint> endpoints = new TreeMap<>();
    for (Container container : containers) {
      for (NetworkAttachment attachment : container.getNetworksList()) {
        if (attachment.getNetworkId().equals(network.getId())
            && !attachment.getEndpointId().isEmpty()) {
          endpoints.put(container.getId(), endpoint(container, attachment));
        }
      }
    }
    return endpoints;
  }

  private static NetworkJson.Endpoint endpoint(Container container, NetworkAttachment attachment) {
    return new NetworkJson.Endpoint(
        container.getName(),
        attachment.getEndpointId(),
        attachment.getMacAddress(),
        block(attachment.getAddress(), attachment.getPrefixLength()),
        block(attachment.getIpv6Address(), attachment.getIpv6PrefixLength()));
  }

  private static String block(String address, int prefixLength) {
    return address.isEmpty() ? "" : address + "/" + prefixLength;
  }

  /**
   * @param shortId of the container, which clients before API 1.45 expect among the aliases; null
   *     for others
   */
  static EndpointJson endpoint(NetworkAttachment attachment, @Nullable String shortId) {
    EndpointSpec wanted = attachment.getWanted();
    List<String> aliases = new ArrayList<>(wanted.getAliasesList());
    if (shortId != null && attachment.getDnsNamesCount() > 0) {
      aliases.add(shortId);
    }
    return new EndpointJson(
        ipamConfig(wanted),
        ContainerViews.orNull(wanted.getLinksList()),
        ContainerViews.orNull(aliases),
        attachment.getMacAddress().isEmpty() ? wanted.getMacAddress() : attachment.getMacAddress(),
        wanted.getDriverOptionsCount() == 0 ? null : wanted.getDriverOptionsMap(),
        wanted.getGatewayPriority(),
        attachment.getNetworkId(),
        attachment.getEndpointId(),
        attachment.getGateway(),
        attachment.getAddress(),
        attachment.getPrefixLength(),
        attachment.getIpv6Gateway(),
        attachment.getIpv6Address(),
        attachment.getIpv6PrefixLength(),
        ContainerViews.orNull(attachment.getDnsNamesList()));
  }

  private static EndpointJson.@Nullable IpamConfig ipamConfig(EndpointSpec wanted) {
    if (wanted.getIpv4().isEmpty()
        && wanted.getIpv6().isEmpty()
        && wanted.getLinkLocalCount() == 0) {
      return null;
    }
    return new EndpointJson.IpamConfig(
        wanted.getIpv4().isEmpty() ? null : wanted.getIpv4(),
        wanted.getIpv6().isEmpty() ? null : wanted.getIpv6(),
        ContainerViews.orNull(wanted.getLinkLocalList()));
  }
}
