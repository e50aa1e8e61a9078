package dev.varve.gateway.buildkit;

import dev.varve.api.transport.CallContext;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Refusal;
import dev.varve.gateway.http.Routes;
import io.grpc.Channel;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Where BuildKit's clients leave HTTP/1: one connection on which they call, and one for each build
 * on which they are called.
 */
public final class BuildKitRoutes {
  private static final String SESSION_ID = "X-Docker-Expose-Session-Uuid";
  private static final String SESSION_METHOD = "X-Docker-Expose-Session-Grpc-Method";
  private static final int MOST_METHODS = 256;

  private final Channel images;
  private final Channel containers;
  private final String engine;
  private final Path agentSockets;
  private final Awaited<Session> sessions = new Awaited<>("session");
  private final Awaited<Solve> solves = new Awaited<>("build");

  /**
   * @param images the service that builds
   * @param containers and that which knows of networks
   * @param engine its version
   * @param agentSockets directory of sockets that live as long as a build; what is in it goes
   */
  public BuildKitRoutes(Channel images, Channel containers, String engine, Path agentSockets) {
    this.images = images;
    this.containers = containers;
    this.agentSockets = agentSockets;
    this.engine = engine;
    AgentSockets.removeLeft(agentSockets);
  }

  public void addTo(Routes routes) {
    routes.add("POST", "/grpc", this::serve);
    routes.add("POST", "/session", this::offer);
  }

  private void serve(Exchange exchange) throws Exception {
    requireHttp2(exchange);
    CallContext caller = new CallContext(exchange.actor(), exchange.id(), exchange.id());
    Solves own = new Solves(images, containers, agentSockets, sessions, solves, caller);
    exchange
        .takeOverForGrpc()
        .serve(List.of(new Control(own, engine).bindService(), Frontend.service(own, engine)));
  }

  private void offer(Exchange exchange) throws Exception {
    requireHttp2(exchange);
    String id = exchange.header(SESSION_ID);
    List<String> named = exchange.headers(SESSION_METHOD);
    if (id == null || id.isBlank() || named.size() > MOST_METHODS) {
      throw Refusal.badRequest("a session has an id, " + SESSION_ID + ", and not too many methods");
    }
    Set<String> methods = new HashSet<>();
    named.forEach(method -> methods.add(method.toLowerCase(Locale.ROOT)));
    exchange
        .takeOverForGrpc()
        .call((channel, gone) -> {
          sessions.put(id, new Session(id, channel, methods));
          try {
            gone.await();
          } finally {
            sessions.remove(id);
          }
        });
  }

  private static void requireHttp2(Exchange exchange) throws Refusal {
    if (!exchange.wantsHttp2()) {
      throw Refusal.badRequest("this is for gRPC: Upgrade: h2c is wanted");
    }
  }
}
