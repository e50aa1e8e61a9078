package dev.varve.snapshot.domain;

import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Ledger;
import dev.varve.eventlog.Subject;
import dev.varve.snapshot.domain.SnapshotEvent.PrepareFailed;
import dev.varve.snapshot.domain.SnapshotEvent.Prepared;
import dev.varve.snapshot.domain.SnapshotEvent.Removed;
import dev.varve.snapshot.domain.SnapshotState.RootFailed;
import dev.varve.snapshot.domain.SnapshotState.RootPresent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is recorded of a container's root file system after an observation or a preparation. */
public final class RootDecider {

  /**
   * @param remade it had to be mounted or made just now, or somebody missed it: a new generation is
   *     announced even when it looks the same
   */
  public Decision<SnapshotEvent, Boolean> prepared(
      Ledger<SnapshotState, SnapshotEvent> ledger,
      Container container,
      List<ChainId> chain,
      String rootPath,
      List<String> volumeMounts,
      boolean remade) {
    Subject subject = SnapshotEvent.snapshotSubject(container.id());
    @Nullable SnapshotState state = ledger.state(subject).orElse(null);
    boolean known =
        state instanceof RootPresent root
            && root.rootPath().equals(rootPath)
            && root.chain().equals(chain);
    if (known && !remade) {
      return Decision.nothing(false);
    }
    int generation = SnapshotEvolution.generationOf(state) + 1;
    return Decision.accept(
        subject,
        new Prepared(
            container.id(), container.imageId(), chain, rootPath, generation, volumeMounts),
        true);
  }

  /**
   * @param asked somebody waits for the answer: it is given even when it is the same as before
   */
  public Decision<SnapshotEvent, Boolean> failed(
      Ledger<SnapshotState, SnapshotEvent> ledger,
      String containerId,
      String message,
      boolean asked) {
    Subject subject = SnapshotEvent.snapshotSubject(containerId);
    boolean known =
        ledger.state(subject).orElse(null) instanceof RootFailed root
            && root.message().equals(message);
    return known && !asked
        ? Decision.nothing(false)
        : Decision.accept(subject, new PrepareFailed(containerId, message), true);
  }

  public Decision<SnapshotEvent, Boolean> removed(
      Ledger<SnapshotState, SnapshotEvent> ledger, String containerId) {
    Subject subject = SnapshotEvent.snapshotSubject(containerId);
    return ledger.state(subject).isEmpty()
        ? Decision.nothing(false)
        : Decision.accept(subject, new Removed(containerId), true);
  }
}
