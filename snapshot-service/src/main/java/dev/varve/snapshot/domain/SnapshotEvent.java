package dev.varve.snapshot.domain;

import dev.varve.eventlog.Subject;
import java.util.List;

/** What this service records: the history of unpacked layers and of root file systems. */
public sealed interface SnapshotEvent {

  /** The layer's files are on disk, durable and in place. */
  record LayerApplied(AppliedLayer layer) implements SnapshotEvent {}

  /** Nothing of the layer was left on disk. */
  record LayerApplyFailed(ChainId chainId, String imageId, String message)
      implements SnapshotEvent {}

  record LayerDropped(ChainId chainId) implements SnapshotEvent {}

  /**
   * The container's root file system is mounted at {@code rootPath}.
   *
   * @param chain bottom first
   * @param generation counts from 1, up with each re-making
   * @param volumeMounts where volumes of its are mounted that are mounts of their own
   */
  record Prepared(
      String containerId,
      String imageId,
      List<ChainId> chain,
      String rootPath,
      int generation,
      List<String> volumeMounts)
      implements SnapshotEvent {
    public Prepared {
      chain = List.copyOf(chain);
      volumeMounts = List.copyOf(volumeMounts);
    }
  }

  record PrepareFailed(String containerId, String message) implements SnapshotEvent {}

  record Removed(String containerId) implements SnapshotEvent {}

  /** The volume is there, empty. */
  record VolumeCreated(Volume volume) implements SnapshotEvent {}

  record VolumeRemoveRequested(String name) implements SnapshotEvent {}

  record VolumeRemoved(String name) implements SnapshotEvent {}

  record VolumesPruned(long reclaimedBytes) implements SnapshotEvent {}

  /**
   * @param snapshotId empty for an archive that somebody sends
   */
  record VolumeFillRequested(String name, String snapshotId) implements SnapshotEvent {}

  /** Its content was exchanged as a whole. */
  record VolumeFilled(String name, String snapshotId, long sizeBytes) implements SnapshotEvent {}

  /** Its content is as it was before. */
  record VolumeFillFailed(String name, String message) implements SnapshotEvent {}

  record VolumeSnapshotRequested(String id, String volume, String comment)
      implements SnapshotEvent {}

  /** All that the volume held is kept, durable. */
  record VolumeSnapshotTaken(String id, String volume, long sizeBytes, String digest)
      implements SnapshotEvent {}

  record VolumeSnapshotFailed(String id, String message) implements SnapshotEvent {}

  record VolumeSnapshotRemoved(String id) implements SnapshotEvent {}

  Subject PRUNE = new Subject("prune", "volumes");

  static Subject volumeSubject(String name) {
    return new Subject("volume", name);
  }

  /** Of a snapshot of a volume. */
  static Subject keptSubject(String id) {
    return new Subject("volume-snapshot", id);
  }

  static Subject layerSubject(String node, ChainId chainId) {
    return new Subject("layer", node + "/" + chainId.text());
  }

  static Subject snapshotSubject(String containerId) {
    return new Subject("snapshot", containerId);
  }
}
