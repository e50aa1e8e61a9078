package dev.varve.snapshot.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.CommandRunner;
import dev.varve.eventlog.CrashPoint;
import dev.varve.eventlog.Ledger;
import dev.varve.eventlog.Problem;
import dev.varve.snapshot.domain.Container;
import dev.varve.snapshot.domain.SnapshotEvent;
import dev.varve.snapshot.domain.SnapshotState;
import dev.varve.snapshot.domain.SnapshotState.VolumePresent;
import dev.varve.snapshot.domain.Volume;
import dev.varve.snapshot.domain.VolumeDecider;
import dev.varve.snapshot.domain.VolumeRules;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Makes and removes volumes: what is recorded is so; its directory follows, and is made again when
 * it is missing. One volume is changed by one thread at a time. Blocks; for virtual threads.
 */
public final class VolumeKeeper {
  private static final Logger LOG = Logger.getLogger(VolumeKeeper.class);

  private static final int NAME_BYTES = 32;

  private final Facts facts;
  private final VolumeFiles files;
  private final CommandRunner<SnapshotState, SnapshotEvent> commands;
  private final Ledger<SnapshotState, SnapshotEvent> ledger;
  private final Disk disk;
  private final VolumeSizes sizes;
  private final SecureRandom random = new SecureRandom();
  private final VolumeDecider decider = new VolumeDecider();
  private final KeyedLocks<String> locks = new KeyedLocks<>();

  /**
   * @param disk platform threads
   */
  public VolumeKeeper(
      Facts facts,
      VolumeFiles files,
      CommandRunner<SnapshotState, SnapshotEvent> commands,
      Ledger<SnapshotState, SnapshotEvent> ledger,
      Executor disk) {
    this.facts = facts;
    this.files = files;
    this.commands = commands;
    this.ledger = ledger;
    this.disk = new Disk(disk);
    this.sizes = new VolumeSizes(files, disk);
  }

  VolumeSizes sizes() {
    return sizes;
  }

  Path data(String name) {
    return files.data(name);
  }

  /** 64 hex digits that nothing was named yet. */
  String newName() {
    byte[] bytes = new byte[NAME_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  boolean isKnown(String name) {
    return find(name).isPresent();
  }

  Optional<VolumePresent> find(String name) {
    return VolumeDecider.find(ledger, name);
  }

  /** Those that are not about to go, ordered by name. */
  List<VolumePresent> present() {
    return ledger.live().values().stream()
        .filter(VolumePresent.class::isInstance)
        .map(VolumePresent.class::cast)
        .filter(it -> !it.removing())
        .sorted(Comparator.comparing(it -> it.volume().name()))
        .toList();
  }

  /** Containers that refer to it, in the order of their ids. */
  List<String> usersOf(String name) {
    return facts.containers().stream()
        .filter(container -> container.uses(name))
        .map(Container::id)
        .sorted()
        .toList();
  }

  /** Those that run, or are about to. */
  List<String> runnersOf(String name) {
    return facts.containers().stream()
        .filter(container -> container.mayRun() && container.uses(name))
        .map(Container::id)
        .sorted()
        .toList();
  }

  /** Something to do with a volume while nobody else changes it. */
  @FunctionalInterface
  interface Exclusive<T> {
    T run() throws IOException;
  }

  <T> T holding(String name, Exclusive<T> work) throws IOException {
    try (var _ = locks.hold(name)) {
      return work.run();
    }
  }

  /** In the volume's lock, as all that follows: makes it unless it is there. */
  Volume ensure(Volume wanted, Cause cause) throws IOException {
    @Nullable VolumePresent there = find(wanted.name()).orElse(null);
    if (there != null && there.removing()) {
      finishRemoval(wanted.name(), cause);
      there = null;
    }
    if (there == null) {
      refuse(wanted.name(), wanted.driver(), wanted.options());
      commands.run(cause, now -> decider.created(now, wanted));
      CrashPoint.reach("snapshot.volume.recorded");
    }
    disk.run(() -> files.make(wanted.name()));
    return find(wanted.name()).map(VolumePresent::volume).orElse(wanted);
  }

  /** One that is there, or made now, with nothing special about it. */
  void ensureNamed(String name, Cause cause) throws IOException {
    if (!isKnown(name)) {
      refuse(name, Volume.LOCAL, Map.of());
    }
    Volume ignored = ensure(new Volume(name, Volume.LOCAL, Map.of(), Map.of(), ""), cause);
  }

  static void refuse(String name, String driver, Map<String, String> options) {
    VolumeRules.refusal(name, driver, options)
        .map(Problem::asException)
        .ifPresent(refusal -> {
          throw refusal;
        });
  }

  void mount(Volume volume) throws IOException {
    disk.run(() -> files.mount(volume.name(), volume.options()));
  }

  void unmount(String name) throws IOException {
    files.unmount(name);
  }

  void populate(String name, Path root, String path) throws IOException {
    disk.run(() -> files.populate(name, root, path));
  }

  /**
   * @throws dev.varve.eventlog.ProblemException when somebody refers to it
   */
  void remove(String name, Cause cause) throws IOException {
    commands.run(cause, now -> decider.remove(now, name, usersOf(name)));
    finishRemoval(name, cause);
  }

  /** None of that name is success. */
  void removeUnused(String name, Cause cause) throws IOException {
    if (isKnown(name)) {
      commands.run(cause, now -> decider.remove(now, name, List.of()));
      finishRemoval(name, cause);
    }
  }

  private void finishRemoval(String name, Cause cause) throws IOException {
    CrashPoint.reach("snapshot.volume.remove-requested");
    disk.run(() -> files.remove(name));
    CrashPoint.reach("snapshot.volume.deleted");
    commands.run(cause, now -> decider.removed(now, name));
    sizes.forget(name);
  }

  void recordPruned(long bytes, Cause cause) {
    commands.run(cause, _ -> VolumeDecider.pruned(bytes));
  }

  /** Brings all that is recorded in line with the disk after the engine was away. */
  public void reconcile(Cause cause) {
    for (SnapshotState state : ledger.live().values()) {
      if (state instanceof VolumePresent present) {
        reconcile(present, cause);
      }
    }
  }

  private void reconcile(VolumePresent present, Cause cause) {
    String name = present.volume().name();
    try (var _ = locks.hold(name)) {
      if (present.removing()) {
        finishRemoval(name, cause);
        return;
      }
      boolean exchanged = disk.get(() -> files.isExchanging(name));
      disk.run(() -> files.make(name));
      if (present.filling() && exchanged) {
        long size = disk.get(() -> files.size(name));
        commands.run(cause, now -> decider.filled(now, name, "", size));
      } else if (present.filling()) {
        commands.run(
            cause, now -> decider.fillFailed(now, name, "the engine ended before it was whole"));
      }
      disk.run(() -> files.finish(name));
    } catch (IOException | RuntimeException e) {
      LOG.errorf(e, "volume %s could not be put in order", name);
    }
  }
}
