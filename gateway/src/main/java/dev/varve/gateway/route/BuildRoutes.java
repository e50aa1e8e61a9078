package dev.varve.gateway.route;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.api.image.v1.BuildRequest;
import dev.varve.api.image.v1.CancelBuildRequest;
import dev.varve.api.image.v1.Progress;
import dev.varve.api.image.v1.PruneCacheRequest;
import dev.varve.api.image.v1.PruneCacheResponse;
import dev.varve.gateway.docker.BuildQuery;
import dev.varve.gateway.docker.Filters;
import dev.varve.gateway.docker.PruneFilter;
import dev.varve.gateway.docker.RegistryAuthHeader;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Query;
import dev.varve.gateway.http.Refusal;
import dev.varve.gateway.http.Routes;
import dev.varve.values.container.v1.Strings;
import io.grpc.stub.BlockingClientCall;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code docker build} as the classic builder has it; a client that goes away ends its build. */
final class BuildRoutes {
  private static final String AUTH_HEADER = "X-Registry-Config";
  private static final Set<String> CACHE_KEYS =
      Set.of(
          "label",
          "label!",
          "until",
          "unused-for",
          "id",
          "parent",
          "parents",
          "type",
          "description",
          "inuse",
          "shared",
          "private");

  private final Services services;

  BuildRoutes(Services services) {
    this.services = services;
  }

  void addTo(Routes routes) {
    routes.add("POST", "/build", this::build);
    routes.add("POST", "/build/cancel", this::cancel);
    routes.add("POST", "/build/prune", this::prune);
  }

  private void build(Exchange exchange) throws Exception {
    JsonNode auth = RegistryAuthHeader.decode(exchange.header(AUTH_HEADER));
    BuildRequest options =
        BuildRequest.newBuilder()
            .setOptions(BuildQuery.options(exchange.query(), exchange.version(), auth))
            .build();
    BlockingClientCall<BuildRequest, Progress> call =
        Services.tied(exchange, services.builds(exchange).build());
    call.write(options);
    Upload.start(exchange, call, bytes -> BuildRequest.newBuilder().setData(bytes).build());
    ProgressStream.relay(exchange, call);
  }

  private void cancel(Exchange exchange) throws Exception {
    String id = exchange.query().text("id");
    if (id.isEmpty()) {
      throw Refusal.badRequest("build ID not provided");
    }
    var ignored =
        services.builds(exchange).cancelBuild(CancelBuildRequest.newBuilder().setId(id).build());
    exchange.status(200);
  }

  private void prune(Exchange exchange) throws Exception {
    Query query = exchange.query();
    Filters filters = Filters.parse(query.text("filters"), CACHE_KEYS);
    PruneCacheRequest.Builder request =
        PruneCacheRequest.newBuilder().setAll(query.flag("all")).setReservedBytes(bytes(query));
    Map<String, List<String>> values = new LinkedHashMap<>(filters.values());
    List<String> unused = values.remove("unused-for");
    List<String> until = values.remove("until");
    if (unused != null || until != null) {
      Filters times = new Filters(Map.of("until", until != null ? until : unused));
      PruneFilter.of(times, Instant.now()).until().ifPresent(request::setUntilNanos);
    }
    values.forEach((key, alternatives) ->
        request.putFilters(key, Strings.newBuilder().addAllValues(alternatives).build()));
    PruneCacheResponse pruned = services.builds(exchange).pruneCache(request.build());
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("CachesDeleted", pruned.getIdsCount() == 0 ? null : pruned.getIdsList());
    answer.put("SpaceReclaimed", pruned.getReclaimedBytes());
    exchange.json(200, answer);
  }

  private static long bytes(Query query) throws Refusal {
    String text =
        query.optional("reserved-space").or(() -> query.optional("keep-storage")).orElse("");
    try {
      return text.isEmpty() ? 0 : Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw Refusal.badRequest("reserved-space is in bytes and expects an integer, got " + text);
    }
  }
}
