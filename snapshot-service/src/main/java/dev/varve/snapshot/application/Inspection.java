package dev.varve.snapshot.application;

import dev.varve.eventlog.Ledger;
import dev.varve.snapshot.domain.AppliedLayer;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.SnapshotEvent;
import dev.varve.snapshot.domain.SnapshotState;
import dev.varve.snapshot.domain.SnapshotState.LayerPresent;
import dev.varve.snapshot.domain.SnapshotState.RootPresent;
import java.io.IOException;
import java.util.Optional;

/** Questions about file systems; reads only. */
public final class Inspection {
  /**
   * @param rootBytes of the changes and of all layers below them
   */
  public record RootUsage(long upperBytes, long upperInodes, long rootBytes) {}

  /** Counts on this node. */
  public record Summary(int layers, int roots) {}

  private final String node;
  private final Ledger<SnapshotState, SnapshotEvent> ledger;
  private final Snapshotter snapshotter;

  public Inspection(
      String node, Ledger<SnapshotState, SnapshotEvent> ledger, Snapshotter snapshotter) {
    this.node = node;
    this.ledger = ledger;
    this.snapshotter = snapshotter;
  }

  /** Walks the container's changes; empty when it has no root file system on this node. */
  public Optional<RootUsage> usage(String containerId) throws IOException {
    if (!(ledger.state(SnapshotEvent.snapshotSubject(containerId)).orElse(null)
            instanceof RootPresent root)
        || !root.node().equals(node)) {
      return Optional.empty();
    }
    Snapshotter.Usage upper = snapshotter.usage(containerId);
    long below = root.chain().stream().mapToLong(this::size).sum();
    return Optional.of(new RootUsage(upper.bytes(), upper.inodes(), upper.bytes() + below));
  }

  private long size(ChainId chainId) {
    return ledger.state(SnapshotEvent.layerSubject(node, chainId)).orElse(null)
            instanceof LayerPresent(AppliedLayer layer)
        ? layer.sizeBytes()
        : 0;
  }

  public Summary summary() throws IOException {
    return new Summary(snapshotter.layers().size(), snapshotter.roots().size());
  }
}
