package dev.varve.snapshot.domain;

import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Ledger;
import dev.varve.snapshot.domain.SnapshotEvent.VolumeSnapshotFailed;
import dev.varve.snapshot.domain.SnapshotEvent.VolumeSnapshotRemoved;
import dev.varve.snapshot.domain.SnapshotEvent.VolumeSnapshotRequested;
import dev.varve.snapshot.domain.SnapshotEvent.VolumeSnapshotTaken;
import dev.varve.snapshot.domain.SnapshotState.VolumeKept;
import java.util.Optional;

/** The life of a snapshot of a volume. */
public final class KeptDecider {

  public Decision<SnapshotEvent, Boolean> request(
      Ledger<SnapshotState, SnapshotEvent> ledger, String id, String volume, String comment) {
    return VolumeDecider.find(ledger, volume).isEmpty()
        ? new Decision.Rejected<>(VolumeRules.noSuchVolume(volume))
        : Decision.accept(
            SnapshotEvent.keptSubject(id), new VolumeSnapshotRequested(id, volume, comment), true);
  }

  public Decision<SnapshotEvent, Boolean> taken(
      Ledger<SnapshotState, SnapshotEvent> ledger, String id, long sizeBytes, String digest) {
    return find(ledger, id)
        .filter(kept -> kept.takenAt().isEmpty())
        .<Decision<SnapshotEvent, Boolean>>map(kept ->
            Decision.accept(
                SnapshotEvent.keptSubject(id),
                new VolumeSnapshotTaken(id, kept.volume(), sizeBytes, digest),
                true))
        .orElse(Decision.nothing(false));
  }

  public Decision<SnapshotEvent, Boolean> failed(
      Ledger<SnapshotState, SnapshotEvent> ledger, String id, String message) {
    return find(ledger, id).filter(kept -> kept.takenAt().isEmpty()).isPresent()
        ? Decision.accept(
            SnapshotEvent.keptSubject(id), new VolumeSnapshotFailed(id, message), true)
        : Decision.nothing(false);
  }

  public Decision<SnapshotEvent, Boolean> removed(
      Ledger<SnapshotState, SnapshotEvent> ledger, String id) {
    return find(ledger, id).isEmpty()
        ? new Decision.Rejected<>(VolumeRules.noSuchSnapshot(id))
        : Decision.accept(SnapshotEvent.keptSubject(id), new VolumeSnapshotRemoved(id), true);
  }

  public static Optional<VolumeKept> find(Ledger<SnapshotState, SnapshotEvent> ledger, String id) {
    return ledger
        .state(SnapshotEvent.keptSubject(id))
        .flatMap(state -> state instanceof VolumeKept kept ? Optional.of(kept) : Optional.empty());
  }
}
