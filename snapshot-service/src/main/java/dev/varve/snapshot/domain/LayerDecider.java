package dev.varve.snapshot.domain;

import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Ledger;
import dev.varve.eventlog.Subject;
import dev.varve.snapshot.domain.SnapshotEvent.LayerApplied;
import dev.varve.snapshot.domain.SnapshotEvent.LayerApplyFailed;
import dev.varve.snapshot.domain.SnapshotEvent.LayerDropped;
import dev.varve.snapshot.domain.SnapshotState.LayerFailed;
import dev.varve.snapshot.domain.SnapshotState.LayerPresent;

/**
 * What is recorded of a layer seen on this node. Seeing again what is recorded already records
 * nothing, so that every observation may be repeated.
 */
public final class LayerDecider {
  private final String node;

  public LayerDecider(String node) {
    this.node = node;
  }

  public Decision<SnapshotEvent, Boolean> applied(
      Ledger<SnapshotState, SnapshotEvent> ledger, AppliedLayer layer) {
    Subject subject = SnapshotEvent.layerSubject(node, layer.chainId());
    return ledger.state(subject).orElse(null) instanceof LayerPresent
        ? Decision.nothing(false)
        : Decision.accept(subject, new LayerApplied(layer), true);
  }

  public Decision<SnapshotEvent, Boolean> failed(
      Ledger<SnapshotState, SnapshotEvent> ledger,
      ChainId chainId,
      String imageId,
      String message) {
    Subject subject = SnapshotEvent.layerSubject(node, chainId);
    boolean known =
        ledger.state(subject).orElse(null) instanceof LayerFailed(_, String before)
            && before.equals(message);
    return known
        ? Decision.nothing(false)
        : Decision.accept(subject, new LayerApplyFailed(chainId, imageId, message), true);
  }

  public Decision<SnapshotEvent, Boolean> dropped(
      Ledger<SnapshotState, SnapshotEvent> ledger, ChainId chainId) {
    Subject subject = SnapshotEvent.layerSubject(node, chainId);
    return ledger.state(subject).isEmpty()
        ? Decision.nothing(false)
        : Decision.accept(subject, new LayerDropped(chainId), true);
  }
}
