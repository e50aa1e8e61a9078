package dev.varve.snapshot.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Ledger;
import dev.varve.snapshot.application.Snapshotter.RootStatus;
import dev.varve.snapshot.domain.SnapshotEvent;
import dev.varve.snapshot.domain.SnapshotState;
import dev.varve.snapshot.domain.SnapshotState.RootPresent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** {@code docker diff}, {@code export} and the layer of a {@code commit}. */
public final class ReadRoot {
  private final Facts facts;
  private final Roots roots;
  private final Ledger<SnapshotState, SnapshotEvent> ledger;
  private final Snapshotter snapshotter;
  private final RootContents contents;

  public ReadRoot(
      Facts facts,
      Roots roots,
      Ledger<SnapshotState, SnapshotEvent> ledger,
      Snapshotter snapshotter,
      RootContents contents) {
    this.facts = facts;
    this.roots = roots;
    this.ledger = ledger;
    this.snapshotter = snapshotter;
    this.contents = contents;
  }

  /**
   * @throws NoSuchFileException when this node has no such root, as of all three
   */
  public void changes(String containerId, RootContents.Changes found, Cause cause)
      throws IOException, InterruptedException {
    contents.changes(containerId, prepared(containerId, cause).chain(), found);
  }

  public void diff(String containerId, OutputStream tar, Cause cause)
      throws IOException, InterruptedException {
    contents.diff(containerId, prepared(containerId, cause).chain(), tar);
  }

  public void export(String containerId, OutputStream tar, Cause cause)
      throws IOException, InterruptedException {
    var _ = prepared(containerId, cause);
    contents.export(containerId, tar);
  }

  /**
   * @throws NoSuchFileException when this node has no such root
   */
  void prepare(String containerId, Cause cause) throws IOException, InterruptedException {
    var _ = prepared(containerId, cause);
  }

  /** Sees to a root that is not mounted, as after a reboot, or not made yet. */
  private RootPresent prepared(String containerId, Cause cause)
      throws IOException, InterruptedException {
    if (facts.container(containerId).isEmpty()) {
      // Made just now, perhaps: what its maker has read of its topic we may not have.
      facts.catchUpContainers();
    }
    if (!(state(containerId) instanceof RootPresent)
        || snapshotter.stat(containerId) != RootStatus.MOUNTED) {
      roots.settle(containerId, false, cause);
    }
    if (state(containerId) instanceof RootPresent root && root.node().equals(facts.node())) {
      return root;
    }
    throw new NoSuchFileException(containerId);
  }

  private @Nullable SnapshotState state(String containerId) {
    return ledger.state(SnapshotEvent.snapshotSubject(containerId)).orElse(null);
  }
}
