package dev.varve.gateway.route;

import dev.varve.api.container.v1.InspectRequest;
import dev.varve.api.container.v1.StatsRequest;
import dev.varve.api.container.v1.StatsRequest.Mode;
import dev.varve.api.container.v1.StatsResponse;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Json;
import dev.varve.gateway.http.Refusal;
import dev.varve.gateway.http.ResponseStream;
import dev.varve.gateway.http.Routes;
import io.grpc.stub.BlockingClientCall;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@code docker stats}: what a container uses, once or each second. */
final class StatsRoutes {
  private final Services services;

  StatsRoutes(Services services) {
    this.services = services;
  }

  void addTo(Routes routes) {
    routes.add("GET", "/containers/{id}/stats", this::stats);
  }

  private void stats(Exchange exchange) throws Exception {
    boolean stream = exchange.query().flag("stream", true);
    boolean once = exchange.version().atLeast(41) && exchange.query().flag("one-shot");
    if (stream && once) {
      throw Refusal.badRequest("cannot have stream=true and one-shot=true");
    }
    // Refused now or not at all: the headers of a stream leave before its first figures.
    String id =
        services
            .containers(exchange)
            .inspect(InspectRequest.newBuilder().setId(exchange.name("id")).build())
            .getId();
    Mode mode = stream ? Mode.MODE_STREAM : once ? Mode.MODE_ONCE : Mode.MODE_PAIR;
    StatsRequest request = StatsRequest.newBuilder().setId(id).setMode(mode).build();
    BlockingClientCall<?, StatsResponse> call =
        Services.tied(exchange, services.containers(exchange).stats(request));
    if (stream) {
      relay(exchange, call);
    } else {
      answer(exchange, call.read());
    }
  }

  private static void relay(Exchange exchange, BlockingClientCall<?, StatsResponse> call)
      throws Exception {
    ResponseStream out = exchange.stream(200, "application/json");
    StatsResponse stats = call.read();
    while (stats != null && out.write(line(stats))) {
      stats = call.read();
    }
    exchange.end();
  }

  private static void answer(Exchange exchange, @Nullable StatsResponse stats) throws Refusal {
    if (stats == null) {
      throw Refusal.notFound("No such container: " + exchange.name("id"));
    }
    exchange.json(200, StatsViews.json(stats));
  }

  private static byte[] line(StatsResponse stats) {
    byte[] json = Json.bytes(StatsViews.json(stats));
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    return line;
  }
}
