package dev.varve.gateway.route;

import dev.varve.api.container.v1.ConnectNetworkRequest;
import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.CreateNetworkResponse;
import dev.varve.api.container.v1.DisconnectNetworkRequest;
import dev.varve.api.container.v1.InspectNetworkRequest;
import dev.varve.api.container.v1.ListNetworksRequest;
import dev.varve.api.container.v1.ListRequest;
import dev.varve.api.container.v1.Network;
import dev.varve.api.container.v1.RemoveNetworkRequest;
import dev.varve.gateway.docker.EndpointBody;
import dev.varve.gateway.docker.Fields;
import dev.varve.gateway.docker.Filters;
import dev.varve.gateway.docker.NetworkBody;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Refusal;
import dev.varve.gateway.http.Routes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Making networks, looking at them, and containers' connections to them. */
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
    routes.add("GET", "/networks/{id:*}", this::inspect);
    routes.add("POST", "/networks/create", this::create);
    routes.add("DELETE", "/networks/{id:*}", this::remove);
    routes.add("POST", "/networks/{id:*}/connect", this::connect);
    routes.add("POST", "/networks/{id:*}/disconnect", this::disconnect);
  }

  private void list(Exchange exchange) throws Exception {
    Filters filters = Filters.parse(exchange.query().text("filters"), KEYS);
    for (String type : filters.all("type")) {
      if (!type.equals("builtin") && !type.equals("custom")) {
        throw Refusal.badRequest("invalid filter: 'type'='" + type + "'");
      }
    }
    List<Network> shown = new ArrayList<>();
    for (Network network :
        services
            .containers(exchange)
            .listNetworks(ListNetworksRequest.getDefaultInstance())
            .getNetworksList()) {
      if (fits(network, filters)) {
        shown.add(network);
      }
    }
    if (filters.has("dangling")) {
      boolean dangling = filters.flag("dangling", false);
      List<Container> containers = containers(exchange);
      shown.removeIf(network -> isIdle(network, containers) != dangling);
    }
    exchange.json(
        200, shown.stream().map(network -> NetworkViews.network(network, Map.of())).toList());
  }

  private static boolean isIdle(Network network, List<Container> containers) {
    return !NetworkViews.isBuiltin(network)
        && NetworkViews.endpoints(network, containers).isEmpty();
  }

  private static boolean fits(Network network, Filters filters) throws Refusal {
    String type = NetworkViews.isBuiltin(network) ? "builtin" : "custom";
    return filters.matches("id", network.getId())
        && filters.matches("name", network.getName())
        && filters.any("driver", network.getDriver()::equals)
        && filters.any("scope", "local"::equals)
        && filters.any("type", type::equals)
        && filters.labels("label", network.getLabelsMap());
  }

  private List<Container> containers(Exchange exchange) throws Exception {
    return services.containers(exchange).list(ListRequest.getDefaultInstance()).getContainersList();
  }

  private void inspect(Exchange exchange) throws Exception {
    String scope = exchange.query().text("scope");
    if (!scope.isEmpty() && !scope.equals("local")) {
      throw Refusal.notFound("network " + exchange.name("id") + " not found");
    }
    Network network =
        services
            .containers(exchange)
            .inspectNetwork(InspectNetworkRequest.newBuilder().setId(exchange.name("id")).build());
    exchange.json(
        200, NetworkViews.network(network, NetworkViews.endpoints(network, containers(exchange))));
  }

  private void create(Exchange exchange) throws Exception {
    Network asked = NetworkBody.parse(exchange.requiredJson());
    CreateNetworkResponse made =
        services
            .containers(exchange)
            .createNetwork(
                asked.toBuilder().putAllLabels(services.labels(asked.getLabelsMap())).build());
    Map<String, String> answer = new LinkedHashMap<>();
    answer.put("Id", made.getId());
    answer.put("Warning", made.getWarning());
    exchange.json(201, answer);
  }

  private void remove(Exchange exchange) throws Exception {
    var _ =
        services
            .containers(exchange)
            .removeNetwork(RemoveNetworkRequest.newBuilder().setId(exchange.name("id")).build());
    exchange.status(204);
  }

  private void connect(Exchange exchange) throws Exception {
    Fields fields = Fields.of("", exchange.requiredJson());
    var _ =
        services
            .containers(exchange)
            .connectNetwork(
                ConnectNetworkRequest.newBuilder()
                    .setNetwork(exchange.name("id"))
                    .setContainer(fields.text("Container"))
                    .setEndpoint(
                        EndpointBody.parse(exchange.name("id"), fields.object("EndpointConfig")))
                    .build());
    exchange.status(200);
  }

  private void disconnect(Exchange exchange) throws Exception {
    Fields fields = Fields.of("", exchange.requiredJson());
    var _ =
        services
            .containers(exchange)
            .disconnectNetwork(
                DisconnectNetworkRequest.newBuilder()
                    .setNetwork(exchange.name("id"))
                    .setContainer(fields.text("Container"))
                    .setForce(fields.flag("Force"))
                    .build());
    exchange.status(200);
  }
}
