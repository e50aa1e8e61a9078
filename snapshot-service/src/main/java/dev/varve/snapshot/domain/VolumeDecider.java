package dev.varve.snapshot.domain;

import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Decision.Draft;
import dev.varve.eventlog.Ledger;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.Subject;
import dev.varve.snapshot.domain.SnapshotEvent.VolumeCreated;
import dev.varve.snapshot.domain.SnapshotEvent.VolumeFillFailed;
import dev.varve.snapshot.domain.SnapshotEvent.VolumeFillRequested;
import dev.varve.snapshot.domain.SnapshotEvent.VolumeFilled;
import dev.varve.snapshot.domain.SnapshotEvent.VolumeRemoveRequested;
import dev.varve.snapshot.domain.SnapshotEvent.VolumeRemoved;
import dev.varve.snapshot.domain.SnapshotState.VolumePresent;
import java.util.List;
import java.util.Optional;

/**
 * The life of a volume. Its name is its subject, so that there is one of a name at most, whoever
 * asks for it at the same time.
 */
public final class VolumeDecider {

  /** One that is there already is as good. */
  public Decision<SnapshotEvent, Boolean> created(
      Ledger<SnapshotState, SnapshotEvent> ledger, Volume volume) {
    return find(ledger, volume.name()).isPresent()
        ? Decision.nothing(false)
        : Decision.accept(subject(volume.name()), new VolumeCreated(volume), true);
  }

  /**
   * @param users ids of the containers that refer to it
   */
  public Decision<SnapshotEvent, Boolean> remove(
      Ledger<SnapshotState, SnapshotEvent> ledger, String name, List<String> users) {
    Optional<VolumePresent> found = find(ledger, name);
    if (found.isEmpty()) {
      return new Decision.Rejected<>(VolumeRules.noSuchVolume(name));
    }
    if (!users.isEmpty()) {
      return new Decision.Rejected<>(VolumeRules.inUse(name, users));
    }
    return found.get().removing()
        ? Decision.nothing(true)
        : Decision.accept(subject(name), new VolumeRemoveRequested(name), true);
  }

  public Decision<SnapshotEvent, Boolean> removed(
      Ledger<SnapshotState, SnapshotEvent> ledger, String name) {
    return find(ledger, name).isEmpty()
        ? Decision.nothing(false)
        : Decision.accept(subject(name), new VolumeRemoved(name), true);
  }

  /**
   * Its content is to be exchanged.
   *
   * @param runners ids of running containers that refer to it
   * @param snapshotId empty for an archive that somebody sends
   */
  public Decision<SnapshotEvent, Boolean> fill(
      Ledger<SnapshotState, SnapshotEvent> ledger,
      String name,
      List<String> runners,
      String snapshotId) {
    Optional<VolumePresent> found = find(ledger, name);
    if (found.isEmpty()) {
      return new Decision.Rejected<>(VolumeRules.noSuchVolume(name));
    }
    if (!runners.isEmpty()) {
      return new Decision.Rejected<>(VolumeRules.usedByRunning(name, runners));
    }
    if (!found.get().volume().options().isEmpty()) {
      return Decision.reject(
          Problem.Code.INVALID,
          "volume " + name + " is a mount of its own: its content cannot be exchanged");
    }
    return Decision.accept(subject(name), new VolumeFillRequested(name, snapshotId), true);
  }

  public Decision<SnapshotEvent, Boolean> filled(
      Ledger<SnapshotState, SnapshotEvent> ledger, String name, String snapshotId, long sizeBytes) {
    return isFilling(ledger, name)
        ? Decision.accept(subject(name), new VolumeFilled(name, snapshotId, sizeBytes), true)
        : Decision.nothing(false);
  }

  public Decision<SnapshotEvent, Boolean> fillFailed(
      Ledger<SnapshotState, SnapshotEvent> ledger, String name, String message) {
    return isFilling(ledger, name)
        ? Decision.accept(subject(name), new VolumeFillFailed(name, message), true)
        : Decision.nothing(false);
  }

  private static boolean isFilling(Ledger<SnapshotState, SnapshotEvent> ledger, String name) {
    return find(ledger, name).filter(VolumePresent::filling).isPresent();
  }

  /** Somebody had unused volumes removed. */
  public static Decision<SnapshotEvent, Boolean> pruned(long bytes) {
    return new Decision.Accepted<>(
        List.of(new Draft<>(SnapshotEvent.PRUNE, new SnapshotEvent.VolumesPruned(bytes))), true);
  }

  public static Optional<VolumePresent> find(
      Ledger<SnapshotState, SnapshotEvent> ledger, String name) {
    return ledger
        .state(subject(name))
        .flatMap(state ->
            state instanceof VolumePresent volume ? Optional.of(volume) : Optional.empty());
  }

  private static Subject subject(String name) {
    return SnapshotEvent.volumeSubject(name);
  }
}
