package dev.varve.gateway.route;

import dev.varve.api.container.v1.EndLeaseRequest;
import dev.varve.api.container.v1.HoldLeaseRequest;
import dev.varve.api.container.v1.Lease;
import dev.varve.api.container.v1.ListLeasesRequest;
import dev.varve.api.container.v1.OpenLeaseRequest;
import dev.varve.gateway.docker.json.LeaseJson;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Json;
import dev.varve.gateway.http.Refusal;
import dev.varve.gateway.http.ResponseStream;
import dev.varve.gateway.http.Routes;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * Leases, which Docker's API has no words for: below {@code /varve/v1}. The answer to who opens or
 * holds one is a line of JSON, and then silence: as long as the connection is there, the lease is
 * held; when the last who holds it closes his, the lease ends.
 */
final class LeaseRoutes {
  private static final Logger LOG = Logger.getLogger(LeaseRoutes.class);
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

  private final Services services;
  private final LeaseDoors doors;

  LeaseRoutes(Services services, LeaseDoors doors) {
    this.services = services;
    this.doors = doors;
  }

  void addTo(Routes routes) {
    routes.add("POST", "/varve/v1/leases", this::open);
    routes.add("GET", "/varve/v1/leases", this::list);
    routes.add("POST", "/varve/v1/leases/{id}/hold", x -> hold(x, x.name("id")));
    routes.add("DELETE", "/varve/v1/leases/{id}", this::end);
  }

  private void open(Exchange exchange) throws Exception {
    String grace = exchange.query().text("grace");
    if (!grace.isEmpty() && !SECONDS.matcher(grace).matches()) {
      throw Refusal.badRequest("invalid grace: '" + grace + "': a number of seconds is wanted");
    }
    Lease opened =
        services
            .leases(exchange)
            .open(
                OpenLeaseRequest.newBuilder()
                    .setName(exchange.query().text("name"))
                    .setGraceNanos(
                        grace.isEmpty() ? 0 : Duration.ofSeconds(Long.parseLong(grace)).toNanos())
                    .build());
    hold(exchange, opened.getId());
  }

  private void hold(Exchange exchange, String id) throws Exception {
    BlockingClientCall<HoldLeaseRequest, Lease> call =
        Services.tied(exchange, services.leases(exchange).hold());
    var _ = call.write(HoldLeaseRequest.newBuilder().setId(id).build());
    Lease held = call.read();
    if (held == null) {
      throw new IllegalStateException("a hold without a lease");
    }
    doors.enter(id);
    boolean clientGone;
    boolean last;
    try {
      byte[] json = Json.bytes(json(held));
      byte[] line = Arrays.copyOf(json, json.length + 1);
      line[json.length] = '\n';
      ResponseStream stream = exchange.stream(200, "application/json");
      if (stream.write(line)) {
        awaitEnd(call);
      }
      clientGone = stream.isClosed();
    } finally {
      last = doors.leave(id);
      call.cancel("held no more", null);
    }
    // Who is still there holds it again, when the engine, or the service, is back.
    if (clientGone && last && !doors.isClosed()) {
      var _ =
          services
              .leases(exchange)
              .end(EndLeaseRequest.newBuilder().setId(id).setHolderGone(true).build());
    }
    exchange.end();
  }

  /** Nothing more is said: what comes is the client's end, the lease's, or the service's. */
  private static void awaitEnd(BlockingClientCall<HoldLeaseRequest, Lease> call)
      throws InterruptedException {
    try {
      var _ = call.read();
    } catch (StatusException e) {
      LOG.debugf("a lease is held no more: %s", e.getMessage());
    }
  }

  private void list(Exchange exchange) throws Exception {
    exchange.json(
        200,
        services
            .leases(exchange)
            .list(ListLeasesRequest.getDefaultInstance())
            .getLeasesList()
            .stream()
            .map(this::json)
            .toList());
  }

  private void end(Exchange exchange) throws Exception {
    var _ =
        services
            .leases(exchange)
            .end(EndLeaseRequest.newBuilder().setId(exchange.name("id")).build());
    exchange.status(204);
  }

  private LeaseJson json(Lease it) {
    return new LeaseJson(
        it.getId(),
        it.getName(),
        Instant.ofEpochSecond(it.getOpenedAt().getSeconds(), it.getOpenedAt().getNanos())
            .toString(),
        Duration.ofNanos(it.getGraceNanos()).toSeconds(),
        it.getHeld(),
        doors.path(it.getId()).toString());
  }
}
