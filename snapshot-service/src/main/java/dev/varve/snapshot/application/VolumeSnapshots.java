package dev.varve.snapshot.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.CommandRunner;
import dev.varve.eventlog.CrashPoint;
import dev.varve.eventlog.Ledger;
import dev.varve.eventlog.Problem;
import dev.varve.snapshot.domain.KeptDecider;
import dev.varve.snapshot.domain.SnapshotEvent;
import dev.varve.snapshot.domain.SnapshotState;
import dev.varve.snapshot.domain.SnapshotState.VolumeKept;
import dev.varve.snapshot.domain.VolumeDecider;
import dev.varve.snapshot.domain.VolumeRules;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Moments of volumes: taken, listed, restored, carried out and in as archives. A snapshot is of the
 * moment only if nothing writes meanwhile; who wants that keeps the containers still. Blocks; for
 * platform threads, but {@link #list}.
 */
public final class VolumeSnapshots {
  private static final Logger LOG = Logger.getLogger(VolumeSnapshots.class);

  private final Facts facts;
  private final VolumeKeeper volumes;
  private final VolumeFiles files;
  private final CommandRunner<SnapshotState, SnapshotEvent> commands;
  private final Ledger<SnapshotState, SnapshotEvent> ledger;
  private final KeptDecider kept = new KeptDecider();
  private final VolumeDecider decider = new VolumeDecider();

  public VolumeSnapshots(
      Facts facts,
      VolumeKeeper volumes,
      VolumeFiles files,
      CommandRunner<SnapshotState, SnapshotEvent> commands,
      Ledger<SnapshotState, SnapshotEvent> ledger) {
    this.facts = facts;
    this.volumes = volumes;
    this.files = files;
    this.commands = commands;
    this.ledger = ledger;
  }

  public VolumeKept take(Cause cause, String volume, String comment) throws IOException {
    String id = volumes.newName();
    return volumes.holding(
        volume,
        () -> {
          commands.run(cause, now -> kept.request(now, id, volume, comment));
          CrashPoint.reach("snapshot.volume.keep-requested");
          try {
            VolumeFiles.Kept file = files.keep(id, volume);
            commands.run(cause, now -> kept.taken(now, id, file.sizeBytes(), file.digest()));
          } catch (IOException e) {
            files.drop(id);
            commands.run(cause, now -> kept.failed(now, id, String.valueOf(e.getMessage())));
            throw e;
          }
          return KeptDecider.find(ledger, id).orElseThrow();
        });
  }

  /**
   * Oldest first.
   *
   * @param volume empty for all
   */
  public List<VolumeKept> list(String volume) {
    return ledger.live().values().stream()
        .filter(VolumeKept.class::isInstance)
        .map(VolumeKept.class::cast)
        .filter(it -> it.takenAt().isPresent() && (volume.isEmpty() || it.volume().equals(volume)))
        .sorted(Comparator.comparing((VolumeKept it) -> it.takenAt().orElse(Instant.MIN)))
        .toList();
  }

  private VolumeKept find(String beginning) {
    List<VolumeKept> found = list("").stream().filter(it -> it.id().startsWith(beginning)).toList();
    if (beginning.isEmpty() || found.isEmpty()) {
      throw VolumeRules.noSuchSnapshot(beginning).asException();
    }
    if (found.size() > 1) {
      throw new Problem(
              Problem.Code.INVALID, "multiple snapshots found with provided prefix: " + beginning)
          .asException();
    }
    return found.getFirst();
  }

  public void remove(Cause cause, String beginning) throws IOException {
    String id = find(beginning).id();
    commands.run(cause, now -> kept.removed(now, id));
    CrashPoint.reach("snapshot.volume.kept-removed");
    files.drop(id);
  }

  /**
   * @param volume empty for the one it was taken of
   * @return the volume's name
   */
  public String restore(Cause cause, String beginning, String volume) throws IOException {
    VolumeKept it = find(beginning);
    String name = volume.isEmpty() ? it.volume() : volume;
    try (InputStream archive = files.read(it.id())) {
      fill(cause, name, it.id(), archive);
    }
    return name;
  }

  /** Makes a volume's content that of a tar; the volume as well, when it is not there. */
  public void importArchive(Cause cause, String volume, InputStream tar) throws IOException {
    fill(cause, volume, "", tar);
  }

  private void fill(Cause cause, String name, String snapshotId, InputStream archive)
      throws IOException {
    boolean ignored =
        volumes.holding(
            name,
            () -> {
              volumes.ensureNamed(name, cause);
              facts.catchUpContainers();
              commands.run(
                  cause, now -> decider.fill(now, name, volumes.runnersOf(name), snapshotId));
              CrashPoint.reach("snapshot.volume.fill-requested");
              try {
                long bytes = files.fill(name, archive);
                CrashPoint.reach("snapshot.volume.filled-unrecorded");
                commands.run(cause, now -> decider.filled(now, name, snapshotId, bytes));
              } catch (IOException e) {
                commands.run(
                    cause, now -> decider.fillFailed(now, name, String.valueOf(e.getMessage())));
                throw e;
              }
              files.finish(name);
              return true;
            });
  }

  public void export(String volume, OutputStream tar) throws IOException {
    if (VolumeDecider.find(ledger, volume).isEmpty()) {
      throw VolumeRules.noSuchVolume(volume).asException();
    }
    files.export(volume, tar);
  }

  public void exportSnapshot(String beginning, OutputStream tar) throws IOException {
    try (InputStream archive = files.read(find(beginning).id())) {
      archive.transferTo(tar);
    }
  }

  /** What a crash cut off was never taken; what was removed goes. */
  public void reconcile(Cause cause) throws IOException {
    for (SnapshotState state : ledger.live().values()) {
      if (state instanceof VolumeKept it && it.takenAt().isEmpty()) {
        files.drop(it.id());
        commands.run(
            cause, now -> kept.failed(now, it.id(), "the engine ended before it was whole"));
      }
    }
    for (String id : files.kept()) {
      boolean live = KeptDecider.find(ledger, id).isPresent();
      if (!live && ledger.get(SnapshotEvent.keptSubject(id)).sequence() > 0) {
        files.drop(id);
      } else if (!live) {
        LOG.warnf("snapshot %s is of no volume in this log: left alone", id);
      }
    }
  }
}
