package dev.varve.gateway.route;

import dev.varve.api.container.v1.PruneRequest;
import dev.varve.api.container.v1.PruneResponse;
import dev.varve.api.snapshot.v1.PruneVolumesRequest;
import dev.varve.api.snapshot.v1.PruneVolumesResponse;
import dev.varve.gateway.docker.Filters;
import dev.varve.gateway.docker.PruneFilter;
import dev.varve.gateway.docker.json.ImageRemovedJson;
import dev.varve.gateway.docker.json.VolumesPrunedJson;
import dev.varve.gateway.http.Exchange;
import dev.varve.gateway.http.Refusal;
import dev.varve.gateway.http.Routes;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Removing what nobody needs. What this engine never has any of is pruned with truth: nothing. */
final class PruneRoutes {
  private static final Set<String> VOLUME_KEYS = Set.of("all", "label", "label!");

  private final Services services;

  PruneRoutes(Services services) {
    this.services = services;
  }

  void addTo(Routes routes) {
    routes.add("POST", "/images/prune", this::images);
    routes.add("POST", "/containers/prune", this::containers);
    routes.add("POST", "/networks/prune", this::networks);
    routes.add("POST", "/volumes/prune", this::volumes);
  }

  private void images(Exchange exchange) throws Exception {
    Filters filters = filters(exchange, PruneFilter.IMAGE_KEYS);
    PruneFilter filter = PruneFilter.of(filters, Instant.now());
    dev.varve.api.image.v1.PruneRequest.Builder request =
        dev.varve.api.image.v1.PruneRequest.newBuilder()
            .setAll(!filters.flag("dangling", true))
            .addAllLabels(filter.labels())
            .addAllWithoutLabels(filter.withoutLabels());
    filter.until().ifPresent(request::setUntilNanos);
    var pruned = services.images(exchange).prune(request.build());
    answer(
        exchange,
        "ImagesDeleted",
        pruned.getItemsList().stream()
            .map(item -> new ImageRemovedJson(item.getDeleted(), item.getUntagged()))
            .toList(),
        pruned.getReclaimedBytes());
  }

  private void containers(Exchange exchange) throws Exception {
    PruneResponse pruned = services.containers(exchange).prune(selection(exchange));
    answer(exchange, "ContainersDeleted", pruned.getIdsList(), pruned.getReclaimedBytes());
  }

  private void networks(Exchange exchange) throws Exception {
    var pruned = services.containers(exchange).pruneNetworks(selection(exchange));
    answer(exchange, "NetworksDeleted", pruned.getNamesList(), null);
  }

  private static PruneRequest selection(Exchange exchange) throws Refusal {
    PruneFilter filter = PruneFilter.of(filters(exchange, PruneFilter.KEYS), Instant.now());
    PruneRequest.Builder request =
        PruneRequest.newBuilder()
            .addAllLabels(filter.labels())
            .addAllWithoutLabels(filter.withoutLabels());
    filter.until().ifPresent(request::setUntilNanos);
    return request.build();
  }

  private static Filters filters(Exchange exchange, Set<String> keys) throws Refusal {
    return Filters.parse(exchange.query().text("filters"), keys);
  }

  private void volumes(Exchange exchange) throws Exception {
    Filters filters = filters(exchange, VOLUME_KEYS);
    // Before there was a filter for it, those with a name went as well.
    boolean all = filters.flag("all", !exchange.version().atLeast(42));
    PruneVolumesResponse pruned =
        services
            .volumes(exchange)
            .pruneVolumes(
                PruneVolumesRequest.newBuilder()
                    .setAll(all)
                    .addAllLabels(filters.all("label"))
                    .addAllWithoutLabels(filters.all("label!"))
                    .build());
    exchange.json(200, new VolumesPrunedJson(pruned.getNamesList(), pruned.getReclaimedBytes()));
  }

  /**
   * @param bytes null for what has no size
   */
  private static void answer(
      Exchange exchange, String what, List<?> deleted, @Nullable Long bytes) {
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put(what, deleted.isEmpty() ? null : deleted);
    if (bytes != null) {
      answer.put("SpaceReclaimed", bytes);
    }
    exchange.json(200, answer);
  }
}
