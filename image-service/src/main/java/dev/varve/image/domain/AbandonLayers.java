package dev.varve.image.domain;

import dev.varve.eventlog.Decision;
import dev.varve.image.domain.CatalogState.FetchedLayer;
import dev.varve.image.domain.ImageEvent.LayerAbandoned;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Says of layers that were fetched ahead of their image that no image came, or that it is gone.
 *
 * @param awaited layers whose images are still being pulled
 */
public record AbandonLayers(Set<ChainId> awaited) {

  public Decision<ImageEvent, Integer> decide(Catalog catalog) {
    Set<ChainId> kept = new HashSet<>(awaited);
    catalog.images().forEach(image -> image.layers().forEach(layer -> kept.add(layer.chainId())));
    catalog
        .removedImages()
        .forEach(image -> image.layers().forEach(layer -> kept.add(layer.chainId())));
    List<Decision.Draft<ImageEvent>> events =
        catalog.live().values().stream()
            .filter(
                state -> state instanceof FetchedLayer(ChainId chainId) && !kept.contains(chainId))
            .map(state -> ((FetchedLayer) state).chainId())
            .map(chainId ->
                new Decision.Draft<ImageEvent>(
                    Subjects.layer(chainId), new LayerAbandoned(chainId)))
            .toList();
    return new Decision.Accepted<>(events, events.size());
  }
}
