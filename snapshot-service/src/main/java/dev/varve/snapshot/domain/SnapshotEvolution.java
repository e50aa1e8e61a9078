package dev.varve.snapshot.domain;

import dev.varve.eventlog.Event;
import dev.varve.eventlog.Evolution;
import dev.varve.snapshot.domain.SnapshotState.LayerFailed;
import dev.varve.snapshot.domain.SnapshotState.LayerPresent;
import dev.varve.snapshot.domain.SnapshotState.RootFailed;
import dev.varve.snapshot.domain.SnapshotState.RootPresent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fold of this service's own topic. */
public final class SnapshotEvolution implements Evolution<SnapshotState, SnapshotEvent> {
  @Override
  public @Nullable SnapshotState evolve(@Nullable SnapshotState state, Event<SnapshotEvent> event) {
    return switch (event.data()) {
      case SnapshotEvent.LayerApplied(AppliedLayer layer) -> new LayerPresent(layer);
      case SnapshotEvent.LayerApplyFailed failed ->
          new LayerFailed(failed.chainId(), failed.message());
      case SnapshotEvent.Prepared prepared ->
          new RootPresent(
              prepared.containerId(),
              prepared.imageId(),
              prepared.chain(),
              prepared.rootPath(),
              prepared.generation(),
              event.node());
      case SnapshotEvent.PrepareFailed(String containerId, String message) ->
          new RootFailed(containerId, message, chainOf(state), generationOf(state), event.node());
      case SnapshotEvent.LayerDropped _, SnapshotEvent.Removed _ -> null;
    };
  }

  static List<ChainId> chainOf(@Nullable SnapshotState state) {
    return switch (state) {
      case RootPresent root -> root.chain();
      case RootFailed root -> root.chain();
      case LayerPresent _, LayerFailed _ -> List.of();
      case null -> List.of();
    };
  }

  static int generationOf(@Nullable SnapshotState state) {
    return switch (state) {
      case RootPresent root -> root.generation();
      case RootFailed root -> root.generation();
      case LayerPresent _, LayerFailed _ -> 0;
      case null -> 0;
    };
  }
}
