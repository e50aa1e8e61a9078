package dev.varve.snapshot.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The state of one subject of this service: a layer on a node, or a container's root. */
public sealed interface SnapshotState {
  record LayerPresent(AppliedLayer layer) implements SnapshotState {}

  record LayerFailed(ChainId chainId, String message) implements SnapshotState {}

  /**
   * @param node the node whose snapshot service prepared it
   */
  record RootPresent(
      String containerId,
      String imageId,
      List<ChainId> chain,
      String rootPath,
      int generation,
      String node)
      implements SnapshotState {
    public RootPresent {
      chain = List.copyOf(chain);
    }
  }

  /**
   * @param chain of the last preparation that succeeded, so that its layers are kept; else empty
   * @param generation of the last preparation that succeeded, or 0
   */
  record RootFailed(
      String containerId, String message, List<ChainId> chain, int generation, String node)
      implements SnapshotState {
    public RootFailed {
      chain = List.copyOf(chain);
    }
  }

  /**
   * @param filling its content is being exchanged, or was when the engine ended
   */
  record VolumePresent(Volume volume, Instant createdAt, boolean removing, boolean filling)
      implements SnapshotState {
    VolumePresent with(boolean nowRemoving, boolean nowFilling) {
      return new VolumePresent(volume, createdAt, nowRemoving, nowFilling);
    }
  }

  /**
   * A snapshot of a volume.
   *
   * @param takenAt empty while it is being taken
   */
  record VolumeKept(
      String id,
      String volume,
      String comment,
      Optional<Instant> takenAt,
      long sizeBytes,
      String digest)
      implements SnapshotState {}
}
