package dev.varve.container.adapter.grpc;

import dev.varve.api.container.v1.CreateNetworkResponse;
import dev.varve.api.container.v1.InspectNetworkRequest;
import dev.varve.api.container.v1.ListNetworksResponse;
import dev.varve.api.container.v1.Network;
import dev.varve.api.container.v1.PruneNetworksResponse;
import dev.varve.api.container.v1.PruneRequest;
import dev.varve.container.application.Engine;
import dev.varve.container.application.Networks;
import dev.varve.container.application.PruneContainers.Selection;
import dev.varve.eventlog.Cause;
import java.util.Set;

/** What is asked and answered about networks. */
final class NetworkViews {
  private final Engine engine;
  private final Networks networks;

  NetworkViews(Engine engine, Networks networks) {
    this.engine = engine;
    this.networks = networks;
  }

  ListNetworksResponse list() {
    Set<String> used = networks.used();
    ListNetworksResponse.Builder answer = ListNetworksResponse.newBuilder();
    for (var it : engine.directory().networks()) {
      answer.addNetworks(NetworkMessages.network(it).setUsed(used.contains(it.name())));
    }
    return answer.build();
  }

  Network inspect(InspectNetworkRequest request) {
    var it = engine.directory().findNetwork(request.getId());
    return NetworkMessages.network(it).setUsed(networks.used().contains(it.name())).build();
  }

  CreateNetworkResponse create(Cause cause, Network request) {
    return CreateNetworkResponse.newBuilder()
        .setId(networks.create(cause, NetworkMessages.spec(request)))
        .build();
  }

  PruneNetworksResponse prune(Cause cause, PruneRequest request) {
    Selection selection = RequestMessages.selection(request);
    return PruneNetworksResponse.newBuilder()
        .addAllNames(
            networks.prune(cause, it -> selection.takes(it.spec().labels(), it.createdAt())))
        .build();
  }
}
