package dev.varve.snapshot.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Change;
import dev.varve.eventlog.CommandRunner;
import dev.varve.eventlog.CrashPoint;
import dev.varve.eventlog.Ledger;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.snapshot.domain.Container;
import dev.varve.snapshot.domain.ContainerEvent;
import dev.varve.snapshot.domain.SnapshotEvent;
import dev.varve.snapshot.domain.SnapshotState;
import dev.varve.snapshot.domain.SnapshotState.VolumePresent;
import dev.varve.snapshot.domain.Volume;
import dev.varve.snapshot.domain.VolumeDecider;
import dev.varve.snapshot.domain.VolumeRules;
import dev.varve.snapshot.domain.VolumeUse;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the volumes that people made, and those that containers refer to. Who refers to which is
 * known from the containers' own events: a volume is in use from a container's creation to its
 * removal.
 *
 * <p>What is recorded is so; its directory follows, and is made again when it is missing. One
 * volume is changed by one thread at a time. Blocks; for virtual threads.
 */
public final class Volumes {
  private static final Logger LOG = Logger.getLogger(Volumes.class);
  private static final int NAME_BYTES = 32;

  private final Facts facts;
  private final VolumeFiles files;
  private final CommandRunner<SnapshotState, SnapshotEvent> commands;
  private final Ledger<SnapshotState, SnapshotEvent> ledger;
  private final Disk disk;
  private final VolumeSizes sizes;
  private final VolumeDecider decider = new VolumeDecider();
  private final KeyedLocks<String> locks = new KeyedLocks<>();
  private final SecureRandom random = new SecureRandom();

  /** Anonymous volumes whose containers are gone and took them along, until they are deleted. */
  private final Set<String> departing = ConcurrentHashMap.newKeySet();

  /**
   * @param disk platform threads
   */
  public Volumes(
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

  /**
   * A volume, and who has it.
   *
   * @param users ids of containers
   * @param size only when it was asked for and is known
   */
  public record Listed(VolumePresent present, Path data, List<String> users, OptionalLong size) {
    public Listed {
      users = List.copyOf(users);
    }
  }

  /**
   * To be told of all changes of containers, on the reader's thread, also of those that are read at
   * a start: what a removal left undone is known from them.
   */
  public void follow(Change<Container, ContainerEvent> change) {
    @Nullable Container before = change.before();
    if (change.event().data() instanceof ContainerEvent.Removed
        && before != null
        && before.takesVolumes()
        && before.node().equals(facts.node())) {
      for (VolumeUse use : before.volumes()) {
        if (use.anonymous() && (facts.isCaughtUp() || isKnown(use.name()))) {
          departing.add(use.name());
        }
      }
    }
  }

  private boolean isKnown(String name) {
    return VolumeDecider.find(ledger, name).isPresent();
  }

  /**
   * Sees to all volumes of a container whose root is mounted.
   *
   * @param first it was never prepared before: empty volumes take over what the image has; later
   *     they stay as their users left them
   * @return where those are mounted that are mounts of their own
   */
  List<String> ready(Container container, Path root, boolean first, Cause cause)
      throws IOException, InterruptedException {
    List<String> mounts = new ArrayList<>();
    for (VolumeUse use : container.volumes()) {
      try (var _ = locks.hold(use.name())) {
        Volume volume = ensure(use.wanted(container.id()), cause);
        CrashPoint.reach("snapshot.volume.ensured");
        if (!volume.options().isEmpty()) {
          disk.run(() -> files.mount(volume.name(), volume.options()));
          mounts.add(files.data(volume.name()).toString());
        }
        // A part of it is no place for what the image has there.
        if (first && !use.noCopy() && use.subpath().isEmpty()) {
          disk.run(() -> files.populate(volume.name(), root, use.destination()));
        }
      } catch (ProblemException e) {
        throw new IOException(e.problem().message(), e);
      }
    }
    return mounts;
  }

  /** What of a container's volumes is mounted where while it runs. */
  List<RootFiles.MountedVolume> mountedIn(Container container) {
    return container.volumes().stream()
        .map(use ->
            new RootFiles.MountedVolume(
                use.destination(), files.data(use.name()), use.subpath(), use.readOnly()))
        .toList();
  }

  /** In the volume's lock: makes it unless it is there. */
  private Volume ensure(Volume wanted, Cause cause) throws IOException {
    @Nullable VolumePresent there = VolumeDecider.find(ledger, wanted.name()).orElse(null);
    if (there != null && there.removing()) {
      finishRemoval(wanted.name(), cause);
      there = null;
    }
    if (there == null) {
      VolumeRules.refusal(wanted.name(), wanted.driver(), wanted.options())
          .map(Problem::asException)
          .ifPresent(refusal -> {
            throw refusal;
          });
      commands.run(cause, now -> decider.created(now, wanted));
      CrashPoint.reach("snapshot.volume.recorded");
    }
    disk.run(() -> files.make(wanted.name()));
    return VolumeDecider.find(ledger, wanted.name()).map(VolumePresent::volume).orElse(wanted);
  }

  /** After a container's end: its anonymous volumes go when it takes them along. */
  void released(Container gone, Cause cause) throws IOException {
    for (VolumeUse use : gone.volumes()) {
      try (var _ = locks.hold(use.name())) {
        if (usersOf(use.name()).isEmpty()) {
          if (departing.contains(use.name())) {
            removeUnused(use.name(), cause);
          } else {
            files.unmount(use.name());
          }
        }
        departing.remove(use.name());
      }
    }
  }

  private void removeUnused(String name, Cause cause) throws IOException {
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

  /**
   * @param name empty for one that is made up
   * @param driver empty for the default
   */
  public Listed create(
      Cause cause,
      String name,
      String driver,
      Map<String, String> options,
      Map<String, String> labels)
      throws IOException {
    String chosen = name.isEmpty() ? newName() : name;
    String by = driver.isEmpty() ? Volume.LOCAL : driver;
    if (!isKnown(chosen)) {
      VolumeRules.refusal(chosen, by, options)
          .map(Problem::asException)
          .ifPresent(refusal -> {
            throw refusal;
          });
    }
    Map<String, String> all = new HashMap<>(labels);
    if (name.isEmpty()) {
      all.put(Volume.ANONYMOUS_LABEL, "");
    }
    try (var _ = locks.hold(chosen)) {
      Volume ignored = ensure(new Volume(chosen, by, all, options, ""), cause);
    }
    return find(chosen);
  }

  /** 64 hex digits that nothing was named yet. */
  String newName() {
    byte[] bytes = new byte[NAME_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  public Listed inspect(Cause cause, String name) throws IOException, InterruptedException {
    settleClaims(cause);
    return find(name);
  }

  private Listed find(String name) {
    return VolumeDecider.find(ledger, name)
        .filter(present -> !present.removing())
        .map(present -> listed(present, usersOf(name)))
        .orElseThrow(() -> VolumeRules.noSuchVolume(name).asException());
  }

  /** Ordered by name. */
  public List<Listed> list(Cause cause, boolean size) throws IOException, InterruptedException {
    settleClaims(cause);
    List<VolumePresent> present = present();
    if (size) {
      sizes.refresh(present.stream().map(it -> it.volume().name()).toList());
    }
    Map<String, List<String>> users = new HashMap<>();
    for (Container container : facts.containers()) {
      for (VolumeUse use : container.volumes()) {
        users.computeIfAbsent(use.name(), _ -> new ArrayList<>()).add(container.id());
      }
    }
    return present.stream()
        .map(it -> listed(it, users.getOrDefault(it.volume().name(), List.of())))
        .toList();
  }

  private List<VolumePresent> present() {
    return ledger.live().values().stream()
        .filter(VolumePresent.class::isInstance)
        .map(VolumePresent.class::cast)
        .filter(it -> !it.removing())
        .sorted(Comparator.comparing(it -> it.volume().name()))
        .toList();
  }

  private Listed listed(VolumePresent present, List<String> users) {
    String name = present.volume().name();
    List<String> once = users.stream().distinct().sorted().toList();
    return new Listed(present, files.data(name), once, sizes.last(name));
  }

  private List<String> usersOf(String name) {
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

  /**
   * Who made a container, or removed one, sees what that does to volumes, although it is done
   * behind his back.
   */
  private void settleClaims(Cause cause) throws IOException {
    facts.catchUpContainers();
    for (Container container : facts.containers()) {
      for (VolumeUse use : container.volumes()) {
        if (!isKnown(use.name())) {
          try (var _ = locks.hold(use.name())) {
            if (facts.container(container.id()).isPresent()) {
              Volume ignored = ensure(use.wanted(container.id()), cause);
            }
          } catch (ProblemException e) {
            LOG.debugf("the container's own preparation says so: %s", e.getMessage());
          }
        }
      }
    }
    for (String name : departing) {
      try (var _ = locks.hold(name)) {
        if (usersOf(name).isEmpty()) {
          removeUnused(name, cause);
        }
      }
    }
  }

  /**
   * @param force none of that name is success
   */
  public void remove(Cause cause, String name, boolean force)
      throws IOException, InterruptedException {
    settleClaims(cause);
    if (force && !isKnown(name)) {
      return;
    }
    try (var _ = locks.hold(name)) {
      facts.catchUpContainers();
      commands.run(cause, now -> decider.remove(now, name, usersOf(name)));
      finishRemoval(name, cause);
    }
  }

  /**
   * Which unused volumes.
   *
   * @param all those with a name as well
   * @param labels {@code key} or {@code key=value}: only volumes that have all of them
   * @param withoutLabels only volumes that have not all of them; empty means all
   */
  public record Selection(boolean all, List<String> labels, List<String> withoutLabels) {
    public Selection {
      labels = List.copyOf(labels);
      withoutLabels = List.copyOf(withoutLabels);
    }

    private boolean takes(Volume volume) {
      return (all || volume.isAnonymous())
          && hasAll(volume.labels(), labels)
          && (withoutLabels.isEmpty() || !hasAll(volume.labels(), withoutLabels));
    }

    private static boolean hasAll(Map<String, String> labels, List<String> wanted) {
      return wanted.stream()
          .allMatch(label -> {
            int equals = label.indexOf('=');
            return equals < 0
                ? labels.containsKey(label)
                : label.substring(equals + 1).equals(labels.get(label.substring(0, equals)));
          });
    }
  }

  public record Pruned(List<String> names, long bytes) {
    public Pruned {
      names = List.copyOf(names);
    }
  }

  /** Returns when they are gone. */
  public Pruned prune(Cause cause, Selection selection) throws IOException, InterruptedException {
    List<String> gone = new ArrayList<>();
    long bytes = 0;
    for (Listed it : list(cause, true)) {
      String name = it.present().volume().name();
      if (it.users().isEmpty() && selection.takes(it.present().volume())) {
        try {
          remove(cause, name, true);
          gone.add(name);
          bytes += it.size().orElse(0);
        } catch (ProblemException e) {
          LOG.infof("volume %s stays: %s", name, e.getMessage());
        }
      }
    }
    long reclaimed = bytes;
    commands.run(cause, _ -> VolumeDecider.pruned(reclaimed));
    return new Pruned(gone, bytes);
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

  /** In the volume's lock: one that is there, or made now. */
  void ensureNamed(String name, Cause cause) throws IOException {
    if (!isKnown(name)) {
      VolumeRules.refusal(name, Volume.LOCAL, Map.of())
          .map(Problem::asException)
          .ifPresent(refusal -> {
            throw refusal;
          });
    }
    Volume ignored = ensure(new Volume(name, Volume.LOCAL, Map.of(), Map.of(), ""), cause);
  }

  /** Brings all that is recorded in line with the disk after the engine was away. */
  public void reconcile(Cause cause) {
    for (SnapshotState state : ledger.live().values()) {
      if (state instanceof VolumePresent present) {
        reconcile(present, cause);
      }
    }
    for (String name : Set.copyOf(departing)) {
      try (var _ = locks.hold(name)) {
        if (usersOf(name).isEmpty()) {
          removeUnused(name, cause);
        }
        departing.remove(name);
      } catch (IOException | RuntimeException e) {
        LOG.errorf(e, "volume %s was not removed with its container", name);
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
