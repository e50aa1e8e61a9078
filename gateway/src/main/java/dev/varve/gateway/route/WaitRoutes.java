package dev.varve.gateway.route;

import dev.varve.api.container.v1.WaitCondition;
import dev.varve.api.container.v1.WaitRequest;
import dev.varve.api.container.v1.WaitResponse;
import dev.varve.gateway.docker.json.WaitJson;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Json;
import dev.varve.gateway.http.Refusal;
import dev.varve.gateway.http.ResponseStream;
import dev.varve.gateway.http.Routes;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import org.jspecify.annotations.Nullable;

/** Waiting for a container's end. */
final class WaitRoutes {
  private final Services services;

  WaitRoutes(Services services) {
    this.services = services;
  }

  void addTo(Routes routes) {
    routes.add("POST", "/containers/{id}/wait", this::await);
  }

  /**
   * {@code docker run} starts the container only when it has seen this answer's headers, so they
   * leave as soon as the service is watching.
   */
  private void await(Exchange exchange) throws Exception {
    WaitRequest request =
        WaitRequest.newBuilder()
            .setId(exchange.name("id"))
            .setCondition(condition(exchange))
            .build();
    BlockingClientCall<?, WaitResponse> call =
        Services.tied(exchange, services.containers(exchange).wait(request));
    WaitResponse first = call.read();
    if (first == null) {
      throw new IllegalStateException("the container service has not said that it waits");
    }
    if (!exchange.version().atLeast(30)) {
      exchange.json(200, json(first.getWaiting() ? call.read() : first));
      return;
    }
    ResponseStream stream = exchange.stream(200, "application/json");
    WaitJson answer;
    try {
      answer = json(first.getWaiting() ? call.read() : first);
    } catch (StatusException e) {
      answer =
          new WaitJson(new WaitJson.Problem(String.valueOf(e.getStatus().getDescription())), -1);
    }
    stream.write(Json.bytes(answer));
    stream.write(new byte[] {'\n'});
    exchange.end();
  }

  private static WaitJson json(@Nullable WaitResponse response) {
    if (response == null) {
      return new WaitJson(new WaitJson.Problem("the wait was broken off"), -1);
    }
    WaitJson.Problem problem =
        response.getError().isEmpty() ? null : new WaitJson.Problem(response.getError());
    return new WaitJson(problem, response.getStatusCode());
  }

  private static WaitCondition condition(Exchange exchange) throws Refusal {
    String text = exchange.query().text("condition");
    return switch (exchange.version().atLeast(30) ? text : "") {
      case "", "not-running" -> WaitCondition.WAIT_CONDITION_NOT_RUNNING;
      case "next-exit" -> WaitCondition.WAIT_CONDITION_NEXT_EXIT;
      case "removed" -> WaitCondition.WAIT_CONDITION_REMOVED;
      default -> {
        if (exchange.version().atLeast(42)) {
          throw Refusal.badRequest("invalid condition: \"" + text + "\"");
        }
        yield WaitCondition.WAIT_CONDITION_NOT_RUNNING;
      }
    };
  }
}
