package dev.varve.snapshot.application;

import dev.varve.snapshot.domain.ChainId;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** Layers that somebody reads right now, so that they are not dropped. Any thread. */
public final class LayerPins {
  private final ConcurrentHashMap<ChainId, Integer> pins = new ConcurrentHashMap<>();

  /** To be done before it is seen to that they are there; each to be undone once. */
  void pin(List<ChainId> chain) {
    chain.forEach(chainId -> pins.merge(chainId, 1, Integer::sum));
  }

  void unpin(List<ChainId> chain) {
    chain.forEach(
        chainId -> pins.computeIfPresent(chainId, (_, count) -> count == 1 ? null : count - 1));
  }

  boolean isPinned(ChainId chainId) {
    return pins.containsKey(chainId);
  }
}
