package dev.varve.gateway.route;

import dev.varve.api.container.v1.KillRequest;
import dev.varve.api.container.v1.PauseRequest;
import dev.varve.api.container.v1.RemoveRequest;
import dev.varve.api.container.v1.RenameRequest;
import dev.varve.api.container.v1.StartRequest;
import dev.varve.api.container.v1.StopRequest;
import dev.varve.api.container.v1.TopRequest;
import dev.varve.api.container.v1.TopResponse;
import dev.varve.gateway.docker.json.TopJson;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Refusal;
import dev.varve.gateway.http.Routes;
import java.util.List;
import java.util.OptionalInt;

/** What changes a container's state, and a look at its processes. */
final class LifecycleRoutes {
  /** Clients of before API 1.24 sent a HostConfig here; a few bytes are still tolerated. */
  private static final int MAX_START_BODY = 7;

  private final Services services;

  LifecycleRoutes(Services services) {
    this.services = services;
  }

  void addTo(Routes routes) {
    routes.add("POST", "/containers/{id}/start", this::start);
    routes.add("POST", "/containers/{id}/stop", this::stop);
    routes.add("POST", "/containers/{id}/restart", this::restart);
    routes.add("POST", "/containers/{id}/kill", this::kill);
    routes.add("POST", "/containers/{id}/pause", this::pause);
    routes.add("POST", "/containers/{id}/unpause", this::unpause);
    routes.add("POST", "/containers/{id}/rename", this::rename);
    routes.add("POST", "/containers/{id}/resize", this::resize);
    routes.add("GET", "/containers/{id}/top", this::top);
    routes.add("DELETE", "/containers/{id}", exchange -> remove(exchange, exchange.name("id")));
    routes.add("DELETE", "/containers/{caller}/{alias}", this::removeByAlias);
  }

  private void start(Exchange exchange) throws Exception {
    long length = exchange.declaredLength();
    if (length < 0 || length > MAX_START_BODY) {
      throw Refusal.badRequest(
          "starting container with non-empty request body was deprecated since API v1.22 and"
              + " removed in v1.24");
    }
    if (!exchange.query().text("checkpoint").isEmpty()) {
      throw Refusal.notYet("start from a checkpoint");
    }
    StartRequest request =
        StartRequest.newBuilder()
            .setId(exchange.name("id"))
            .setDetachKeys(exchange.query().text("detachKeys"))
            .build();
    exchange.status(services.containers(exchange).start(request).getChanged() ? 204 : 304);
  }

  private void stop(Exchange exchange) throws Exception {
    boolean changed = services.containers(exchange).stop(stopRequest(exchange)).getChanged();
    exchange.status(changed ? 204 : 304);
  }

  private void restart(Exchange exchange) throws Exception {
    var ignored = services.containers(exchange).restart(stopRequest(exchange));
    exchange.status(204);
  }

  private static StopRequest stopRequest(Exchange exchange) throws Refusal {
    StopRequest.Builder request = StopRequest.newBuilder().setId(exchange.name("id"));
    OptionalInt seconds = exchange.query().integer("t");
    if (seconds.isPresent()) {
      request.setTimeoutSeconds(seconds.getAsInt());
    }
    if (exchange.version().atLeast(42)) {
      request.setSignal(exchange.query().text("signal"));
    }
    return request.build();
  }

  private void kill(Exchange exchange) throws Exception {
    var ignored =
        services
            .containers(exchange)
            .kill(
                KillRequest.newBuilder()
                    .setId(exchange.name("id"))
                    .setSignal(exchange.query().text("signal"))
                    .build());
    exchange.status(204);
  }

  private void pause(Exchange exchange) throws Exception {
    var ignored = services.containers(exchange).pause(pauseRequest(exchange));
    exchange.status(204);
  }

  private void unpause(Exchange exchange) throws Exception {
    var ignored = services.containers(exchange).unpause(pauseRequest(exchange));
    exchange.status(204);
  }

  private static PauseRequest pauseRequest(Exchange exchange) {
    return PauseRequest.newBuilder().setId(exchange.name("id")).build();
  }

  private void rename(Exchange exchange) throws Exception {
    String name = exchange.query().text("name");
    if (name.isEmpty()) {
      throw Refusal.badRequest("Neither old nor new names may be empty");
    }
    var ignored =
        services
            .containers(exchange)
            .rename(RenameRequest.newBuilder().setId(exchange.name("id")).setName(name).build());
    exchange.status(204);
  }

  private void resize(Exchange exchange) throws Exception {
    var ignored = services.containers(exchange).resize(Sizes.parse(exchange));
    exchange.status(200);
  }

  private void top(Exchange exchange) throws Exception {
    TopResponse top =
        services
            .containers(exchange)
            .top(
                TopRequest.newBuilder()
                    .setId(exchange.name("id"))
                    .setPsArgs(exchange.query().text("ps_args"))
                    .build());
    exchange.json(
        200,
        new TopJson(
            top.getProcessesList().stream().map(p -> List.copyOf(p.getColumnsList())).toList(),
            top.getTitlesList()));
  }

  /** What one container calls another is a name of that other. */
  private void removeByAlias(Exchange exchange) throws Exception {
    remove(exchange, exchange.name("caller") + "/" + exchange.name("alias"));
  }

  private void remove(Exchange exchange, String name) throws Exception {
    var ignored =
        services
            .containers(exchange)
            .remove(
                RemoveRequest.newBuilder()
                    .setId(name)
                    .setForce(exchange.query().flag("force"))
                    .setVolumes(exchange.query().flag("v"))
                    .setLink(exchange.query().flag("link"))
                    .build());
    exchange.status(204);
  }
}
