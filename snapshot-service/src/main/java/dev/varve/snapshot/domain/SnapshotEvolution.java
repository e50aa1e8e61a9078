package dev.varve.snapshot.domain;

import dev.varve.eventlog.Event;
import dev.varve.eventlog.Evolution;
import dev.varve.snapshot.domain.SnapshotState.LayerFailed;
import dev.varve.snapshot.domain.SnapshotState.LayerPresent;
import dev.varve.snapshot.domain.SnapshotState.RootFailed;
import dev.varve.snapshot.domain.SnapshotState.RootPresent;
import dev.varve.snapshot.domain.SnapshotState.VolumeKept;
import dev.varve.snapshot.domain.SnapshotState.VolumePresent;
import java.util.List;
import java.util.Optional;
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
      case SnapshotEvent.VolumeCreated(Volume volume) ->
          new VolumePresent(volume, event.time(), false, false);
      case SnapshotEvent.VolumeRemoveRequested _ ->
          state instanceof VolumePresent it ? it.with(true, false) : state;
      case SnapshotEvent.VolumeFillRequested _ ->
          state instanceof VolumePresent it ? it.with(it.removing(), true) : state;
      case SnapshotEvent.VolumeFilled _, SnapshotEvent.VolumeFillFailed _ ->
          state instanceof VolumePresent it ? it.with(it.removing(), false) : state;
      case SnapshotEvent.VolumeSnapshotRequested asked ->
          new VolumeKept(asked.id(), asked.volume(), asked.comment(), Optional.empty(), 0, "");
      case SnapshotEvent.VolumeSnapshotTaken taken ->
          state instanceof VolumeKept it
              ? new VolumeKept(
                  it.id(),
                  it.volume(),
                  it.comment(),
                  Optional.of(event.time()),
                  taken.sizeBytes(),
                  taken.digest())
              : state;
      case SnapshotEvent.LayerDropped _,
          SnapshotEvent.Removed _,
          SnapshotEvent.VolumeRemoved _,
          SnapshotEvent.VolumesPruned _,
          SnapshotEvent.VolumeSnapshotFailed _,
          SnapshotEvent.VolumeSnapshotRemoved _ ->
          null;
    };
  }

  static List<ChainId> chainOf(@Nullable SnapshotState state) {
    return switch (state) {
      case RootPresent root -> root.chain();
      case RootFailed root -> root.chain();
      case LayerPresent _, LayerFailed _, VolumePresent _, VolumeKept _ -> List.of();
      case null -> List.of();
    };
  }

  static int generationOf(@Nullable SnapshotState state) {
    return switch (state) {
      case RootPresent root -> root.generation();
      case RootFailed root -> root.generation();
      case LayerPresent _, LayerFailed _, VolumePresent _, VolumeKept _ -> 0;
      case null -> 0;
    };
  }
}
