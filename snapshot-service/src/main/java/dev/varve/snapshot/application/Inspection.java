package dev.varve.snapshot.application;

import dev.varve.eventlog.Ledger;
import dev.varve.snapshot.domain.AppliedLayer;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.SnapshotEvent;
import dev.varve.snapshot.domain.SnapshotState;
import dev.varve.snapshot.domain.SnapshotState.LayerPresent;
import dev.varve.snapshot.domain.SnapshotState.RootPresent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Questions about file systems; reads only. */
public final class Inspection {
  private static final Duration PATIENCE_FOR_ONE = Duration.ofSeconds(1);
  private static final Duration PATIENCE_FOR_ALL = Duration.ofMillis(20);

  /**
   * @param rootBytes of the changes and of all layers below them
   */
  public record RootUsage(long upperBytes, long upperInodes, long rootBytes) {}

  /** Counts on this node. */
  public record Summary(int layers, int roots) {}

  private final String node;
  private final Ledger<SnapshotState, SnapshotEvent> ledger;
  private final Snapshotter snapshotter;
  private final RootSizes sizes;

  public Inspection(
      String node,
      Ledger<SnapshotState, SnapshotEvent> ledger,
      Snapshotter snapshotter,
      RootSizes sizes) {
    this.node = node;
    this.ledger = ledger;
    this.snapshotter = snapshotter;
    this.sizes = sizes;
  }

  /** Empty when the container has no root file system on this node. */
  public Optional<RootUsage> usage(String containerId) {
    if (!(ledger.state(SnapshotEvent.snapshotSubject(containerId)).orElse(null)
            instanceof RootPresent root)
        || !root.node().equals(node)) {
      return Optional.empty();
    }
    return sizes.of(containerId, PATIENCE_FOR_ONE).map(upper -> usage(root, upper));
  }

  /** Of all containers with a root file system on this node, as far as measured, by their ids. */
  public Map<String, RootUsage> usages() {
    List<RootPresent> roots = new ArrayList<>();
    for (SnapshotState state : ledger.live().values()) {
      if (state instanceof RootPresent root && root.node().equals(node)) {
        roots.add(root);
      }
    }
    List<String> ids = roots.stream().map(RootPresent::containerId).toList();
    sizes.retain(ids);
    sizes.refresh(ids, PATIENCE_FOR_ALL);
    Map<String, RootUsage> usages = new HashMap<>();
    for (RootPresent root : roots) {
      sizes
          .last(root.containerId())
          .ifPresent(upper -> usages.put(root.containerId(), usage(root, upper)));
    }
    return usages;
  }

  private RootUsage usage(RootPresent root, Snapshotter.Usage upper) {
    long below = root.chain().stream().mapToLong(this::size).sum();
    return new RootUsage(upper.bytes(), upper.inodes(), upper.bytes() + below);
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
