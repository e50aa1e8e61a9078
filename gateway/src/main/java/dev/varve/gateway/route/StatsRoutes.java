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
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
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
    if (stream) {
      relay(exchange, request);
    } else {
      answer(
          exchange, Services.tied(exchange, services.containers(exchange).stats(request)).read());
    }
  }

  /** On the thread that brings the figures, which never waits for the client. */
  private void relay(Exchange exchange, StatsRequest request) {
    ResponseStream out = exchange.stream(200, "application/json");
    services
        .containersLater(exchange)
        .stats(
            request,
            new ClientResponseObserver<StatsRequest, StatsResponse>() {
              @Override
              public void beforeStart(ClientCallStreamObserver<StatsRequest> call) {
                exchange.onClose(() -> call.cancel("the client went away", null));
              }

              @Override
              public void onNext(StatsResponse stats) {
                out.offer(line(stats));
              }

              @Override
              public void onError(Throwable cause) {
                exchange.fail(cause);
              }

              @Override
              public void onCompleted() {
                exchange.end();
              }
            });
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
