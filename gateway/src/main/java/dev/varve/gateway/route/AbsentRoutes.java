package dev.varve.gateway.route;

import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Handler;
import dev.varve.gateway.http.Refusal;
import dev.varve.gateway.http.Routes;
import java.util.ArrayList;
import java.util.List;

/**
 * Endpoints that Docker has and Varve has not: each says so. Where "none" is the truth, the answer
 * is an empty list. To be added after all others.
 */
final class AbsentRoutes {
  private static final String NO_SWARM =
      "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to"
          + " connect this node to swarm and try again.";

  /** Method, pattern and what to call it. */
  private static final String[][] NOT_YET = {
    {"GET", "/containers/{id}/checkpoints", "docker checkpoint"},
    {"POST", "/containers/{id}/checkpoints", "docker checkpoint"},
    {"DELETE", "/containers/{id}/checkpoints/{checkpoint}", "docker checkpoint"},
    {"GET", "/images/search", "docker search"},
    {"PUT", "/volumes/{name}", "docker volume update"},
    {"POST", "/swarm/init", "docker swarm init"},
    {"POST", "/swarm/join", "docker swarm join"},
    {"GET", "/plugins/privileges", "docker plugin install"},
    {"POST", "/plugins/pull", "docker plugin install"},
    {"POST", "/plugins/create", "docker plugin create"},
  };

  private static final Handler NO_PLUGIN =
      refuse(x -> Refusal.notFound("plugin \"" + x.name("name") + "\" not found"));

  private static final String OUTSIDE = "This node is not part of a swarm";

  private static final List<String> SWARM_ONLY =
      List.of("/swarm", "/nodes", "/services", "/tasks", "/secrets", "/configs");

  private AbsentRoutes() {}

  static void addTo(Routes routes) {
    routes.add("GET", "/plugins", x -> x.json(200, new ArrayList<>()));
    // "docker inspect" of anything asks here last, and must hear that there is no such thing.
    routes.add("GET", "/plugins/{name:*}/json", NO_PLUGIN);
    routes.add("DELETE", "/plugins/{name:*}", NO_PLUGIN);
    for (String change : List.of("enable", "disable", "set", "push", "upgrade")) {
      routes.add("POST", "/plugins/{name:*}/" + change, NO_PLUGIN);
    }
    for (String[] absent : NOT_YET) {
      routes.add(absent[0], absent[1], refuse(_ -> Refusal.notYet(absent[2])));
    }
    routes.add("POST", "/swarm/leave", refuse(_ -> new Refusal(503, OUTSIDE)));
    for (String method : List.of("GET", "POST", "DELETE")) {
      for (String prefix : SWARM_ONLY) {
        routes.add(method, prefix, refuse(_ -> new Refusal(503, NO_SWARM)));
        routes.add(method, prefix + "/{rest:*}", refuse(_ -> new Refusal(503, NO_SWARM)));
      }
    }
    routes.add("OPTIONS", "*", x -> x.status(200));
    routes.add("OPTIONS", "/{rest:*}", x -> x.status(200));
  }

  private interface Reason {
    Refusal of(Exchange exchange);
  }

  private static Handler refuse(Reason reason) {
    return exchange -> {
      throw reason.of(exchange);
    };
  }
}
