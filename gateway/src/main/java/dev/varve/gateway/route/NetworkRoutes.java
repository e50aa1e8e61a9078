package dev.varve.gateway.route;

import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.ListNetworksRequest;
import dev.varve.api.container.v1.ListRequest;
import dev.varve.api.container.v1.Network;
import dev.varve.api.container.v1.NetworkAttachment;
import dev.varve.gateway.docker.DockerTime;
import dev.varve.gateway.docker.Filters;
import dev.varve.gateway.docker.json.NetworkJson;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Refusal;
import dev.varve.gateway.http.Routes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Looking at networks; they are all predefined ones so far. */
final class NetworkRoutes {
  private static final Set<String> KEYS =
      Set.of("dangling", "driver", "id", "label", "name", "scope", "type");

  private final Services services;

  NetworkRoutes(Services services) {
    this.services = services;
  }

  void addTo(Routes routes) {
    routes.add("GET", "/networks", this::list);
    routes.add("GET", "/networks/", this::list);
    routes.add("GET", "/networks/{id}", this::inspect);
  }

  private void list(Exchange exchange) throws Exception {
    Filters filters = Filters.parse(exchange.query().text("filters"), KEYS);
    for (String type : filters.all("type")) {
      if (!type.equals("builtin") && !type.equals("custom")) {
        throw Refusal.badRequest("invalid filter: 'type'='" + type + "'");
      }
    }
    boolean dangling = filters.flag("dangling", false);
    exchange.json(
        200,
        networks(exchange).stream()
            .filter(network ->
                filters.matches("id", network.getId())
                    && filters.matches("name", network.getName())
                    && filters.any("driver", network.getDriver()::equals)
                    && filters.any("scope", "local"::equals)
                    && filters.any("type", "builtin"::equals)
                    && !filters.has("label")
                    && !dangling)
            .map(network -> json(network, Map.of()))
            .toList());
  }

  private void inspect(Exchange exchange) throws Exception {
    Network network = find(networks(exchange), exchange.name("id"));
    Map<String, NetworkJson.Endpoint> endpoints = new TreeMap<>();
    for (Container container :
        services.containers(exchange).list(ListRequest.getDefaultInstance()).getContainersList()) {
      for (NetworkAttachment attachment : container.getNetworksList()) {
        if (attachment.getNetworkId().equals(network.getId())) {
          endpoints.put(container.getId(), endpoint(container, attachment));
        }
      }
    }
    exchange.json(200, json(network, endpoints));
  }

  private List<Network> networks(Exchange exchange) throws Exception {
    return services
        .containers(exchange)
        .listNetworks(ListNetworksRequest.getDefaultInstance())
        .getNetworksList();
  }

  /** Full id, then exact name, then unique beginning of an id. */
  private static Network find(List<Network> networks, String wanted) throws Refusal {
    for (Network network : networks) {
      if (network.getId().equals(wanted)) {
        return network;
      }
    }
    List<Network> named = networks.stream().filter(n -> n.getName().equals(wanted)).toList();
    List<Network> found =
        named.isEmpty()
            ? networks.stream().filter(n -> n.getId().startsWith(wanted)).toList()
            : named;
    if (found.size() > 1) {
      throw Refusal.badRequest(
          "network " + wanted + " is ambiguous (" + found.size() + " matches found)");
    }
    if (found.isEmpty()) {
      throw Refusal.notFound("network " + wanted + " not found");
    }
    return found.getFirst();
  }

  private static NetworkJson.Endpoint endpoint(Container container, NetworkAttachment attachment) {
    String address =
        attachment.getAddress().isEmpty()
            ? ""
            : attachment.getAddress() + "/" + attachment.getPrefixLength();
    return new NetworkJson.Endpoint(
        container.getName(), attachment.getEndpointId(), attachment.getMacAddress(), address, "");
  }

  private static NetworkJson json(Network network, Map<String, NetworkJson.Endpoint> endpoints) {
    return new NetworkJson(
        network.getName(),
        network.getId(),
        DockerTime.rfc3339(network.getCreatedNanos()),
        "local",
        network.getDriver(),
        true,
        false,
        new NetworkJson.Ipam(
            "default",
            null,
            network.getSubnet().isEmpty()
                ? null
                : List.of(new NetworkJson.Pool(network.getSubnet(), network.getGateway()))),
        network.getInternal(),
        false,
        false,
        new NetworkJson.From(""),
        false,
        endpoints,
        network.getBridge().isEmpty()
            ? Map.of()
            : Map.of("com.docker.network.bridge.name", network.getBridge()),
        Map.of());
  }
}
