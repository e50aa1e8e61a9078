package dev.varve.snapshot.domain;

import java.util.List;

/**
 * A live image, as the image service's events tell it.
 *
 * @param layers bottom first
 */
public record Image(String id, List<Layer> layers) {
  public Image {
    layers = List.copyOf(layers);
  }

  public List<ChainId> chain() {
    return layers.stream().map(Layer::chainId).toList();
  }
}
