package dev.varve.snapshot.domain;

import java.util.List;

/**
 * An image that somebody may need, as the image service's events tell it: present, or removed and
 * not yet reclaimed.
 *
 * @param layers bottom first
 */
public record Image(String id, List<Layer> layers) implements ImageState {
  public Image {
    layers = List.copyOf(layers);
  }

  public List<ChainId> chain() {
    return layers.stream().map(Layer::chainId).toList();
  }
}
