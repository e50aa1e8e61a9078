package dev.varve.image.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Decision;
import dev.varve.image.domain.AbandonLayers;
import dev.varve.image.domain.ChainId;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.ImageEvent;
import dev.varve.image.domain.ImageEvent.LayerFetched;
import dev.varve.image.domain.Layer;
import dev.varve.image.domain.Subjects;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells in the log of layers that are complete before their image is, so that others can begin with
 * them; and takes it back when no image comes. Any thread.
 */
public final class FetchAhead {
  private final ImageLog images;

  /** How many pulls wait for each; guarded by itself. */
  private final Map<ChainId, Integer> awaited = new HashMap<>();

  public FetchAhead(ImageLog images) {
    this.images = images;
  }

  /** One pull's layers; to be closed when its image is recorded or has failed. */
  final class Awaited implements AutoCloseable {
    private List<ChainId> chain = List.of();
    private Optional<ChainId> top = Optional.empty();

    /** What will come, from the bottom; once. */
    void expect(List<ChainId> layers) {
      chain = layers;
      synchronized (awaited) {
        layers.forEach(chainId -> awaited.merge(chainId, 1, Integer::sum));
      }
    }

    /** The next layers above those that arrived before are complete. */
    void arrived(List<Layer> layers, Cause cause) {
      Set<ChainId> ofImages = new HashSet<>();
      for (Image image : images.catalog().images()) {
        image.layers().forEach(layer -> ofImages.add(layer.chainId()));
      }
      List<Decision.Draft<ImageEvent>> events = new ArrayList<>();
      for (Layer layer : layers) {
        if (!ofImages.contains(layer.chainId())) {
          events.add(
              new Decision.Draft<>(Subjects.layer(layer.chainId()), new LayerFetched(layer, top)));
        }
        top = Optional.of(layer.chainId());
      }
      if (!events.isEmpty()) {
        var _ = images.run(cause, _ -> new Decision.Accepted<>(List.copyOf(events), true));
      }
    }

    @Override
    public void close() {
      synchronized (awaited) {
        chain.forEach(
            chainId -> awaited.computeIfPresent(chainId, (_, n) -> n == 1 ? null : n - 1));
      }
    }
  }

  Awaited begin() {
    return new Awaited();
  }

  /** Takes back what nobody waits for and no image has. */
  void abandon(Cause cause) {
    Set<ChainId> stillAwaited;
    synchronized (awaited) {
      stillAwaited = Set.copyOf(awaited.keySet());
    }
    var _ = images.run(cause, new AbandonLayers(stillAwaited)::decide);
  }
}
