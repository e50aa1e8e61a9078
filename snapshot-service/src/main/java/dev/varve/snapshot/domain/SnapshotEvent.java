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
   */
  record Prepared(
      String containerId, String imageId, List<ChainId> chain, String rootPath, int generation)
      implements SnapshotEvent {
    public Prepared {
      chain = List.copyOf(chain);
    }
  }

  record PrepareFailed(String containerId, String message) implements SnapshotEvent {}

  record Removed(String containerId) implements SnapshotEvent {}

  static Subject layerSubject(String node, ChainId chainId) {
    return new Subject("layer", node + "/" + chainId.text());
  }

  static Subject snapshotSubject(String containerId) {
    return new Subject("snapshot", containerId);
  }
}
