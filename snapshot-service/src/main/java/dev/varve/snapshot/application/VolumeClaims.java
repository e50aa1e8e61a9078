package dev.varve.snapshot.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Change;
import dev.varve.eventlog.CrashPoint;
import dev.varve.eventlog.ProblemException;
import dev.varve.snapshot.domain.Container;
import dev.varve.snapshot.domain.ContainerEvent;
import dev.varve.snapshot.domain.ContainerState;
import dev.varve.snapshot.domain.SnapshotState.VolumePresent;
import dev.varve.snapshot.domain.Volume;
import dev.varve.snapshot.domain.VolumeUse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * What containers' events do to volumes. Who refers to which is known from these events alone: a
 * volume is in use from a container's creation to its removal. Blocks; for virtual threads.
 */
public final class VolumeClaims {
  private static final Logger LOG = Logger.getLogger(VolumeClaims.class);

  private final Facts facts;
  private final VolumeKeeper keeper;

  /** Anonymous volumes whose containers are gone and took them along, until they are deleted. */
  private final Set<String> departing = ConcurrentHashMap.newKeySet();

  public VolumeClaims(Facts facts, VolumeKeeper keeper) {
    this.facts = facts;
    this.keeper = keeper;
  }

  /**
   * To be told of all changes of containers, on the reader's thread, also of those that are read at
   * a start: what a removal left undone is known from them.
   */
  public void follow(Change<ContainerState, ContainerEvent> change) {
    if (change.event().data() instanceof ContainerEvent.Removed
        && change.before() instanceof Container before
        && before.takesVolumes()
        && before.node().equals(facts.node())) {
      for (VolumeUse use : before.volumes()) {
        if (use.anonymous() && (facts.isCaughtUp() || keeper.isKnown(use.name()))) {
          departing.add(use.name());
        }
      }
    }
  }

  /**
   * Sees to all volumes of a container whose root is mounted.
   *
   * @param first it was never prepared before: empty volumes take over what the image has; later
   *     they stay as their users left them
   * @return where those are mounted that are mounts of their own
   */
  List<String> ready(Container container, Path root, boolean first, Cause cause)
      throws IOException {
    List<String> mounts = new ArrayList<>();
    for (VolumeUse use : container.volumes()) {
      try {
        keeper.holding(
            use.name(),
            () -> {
              // Who removed it meanwhile may have removed the volume too: it is not to come back.
              if (facts.container(container.id()).isPresent()) {
                makeReady(container, use, root, first, cause).ifPresent(mounts::add);
              }
              return use;
            });
      } catch (ProblemException e) {
        throw new IOException(e.problem().message(), e);
      }
    }
    return mounts;
  }

  /** Returns where it is mounted when it is a mount of its own. */
  private Optional<String> makeReady(
      Container container, VolumeUse use, Path root, boolean first, Cause cause)
      throws IOException {
    Volume volume = keeper.ensure(use.wanted(container.id()), cause);
    CrashPoint.reach("snapshot.volume.ensured");
    boolean special = !volume.options().isEmpty();
    if (special) {
      keeper.mount(volume);
    }
    // A part of it is no place for what the image has there.
    if (first && !use.noCopy() && use.subpath().isEmpty()) {
      keeper.populate(volume.name(), root, use.destination());
    }
    return special ? Optional.of(keeper.data(volume.name()).toString()) : Optional.empty();
  }

  /** What of a container's volumes is mounted where while it runs. */
  List<RootFiles.MountedVolume> mountedIn(Container container) {
    return container.volumes().stream()
        .map(use ->
            new RootFiles.MountedVolume(
                use.destination(), keeper.data(use.name()), use.subpath(), use.readOnly()))
        .toList();
  }

  /** After a container's end: its anonymous volumes go when it takes them along. */
  void released(Container gone, Cause cause) throws IOException {
    for (VolumeUse use : gone.volumes()) {
      String name = use.name();
      keeper.holding(
          name,
          () -> {
            if (keeper.usersOf(name).isEmpty()) {
              if (departing.contains(name) || isOfLeaseThatIsOver(name)) {
                keeper.removeUnused(name, cause);
              } else {
                keeper.unmount(name);
              }
            }
            return departing.remove(name);
          });
    }
  }

  /** After the end of a lease: what was made under it goes, unless somebody uses it. */
  void leaseEnded(Cause cause) throws IOException {
    for (VolumePresent it : keeper.present()) {
      removeIfLeaseIsOver(it.volume().name(), cause);
    }
  }

  /** Unless somebody uses it. */
  void removeIfLeaseIsOver(String name, Cause cause) throws IOException {
    if (isOfLeaseThatIsOver(name)) {
      keeper.holding(
          name,
          () -> {
            if (keeper.usersOf(name).isEmpty() && isOfLeaseThatIsOver(name)) {
              keeper.removeUnused(name, cause);
            }
            return name;
          });
    }
  }

  private boolean isOfLeaseThatIsOver(String name) {
    return keeper
        .find(name)
        .flatMap(it -> it.volume().lease())
        .filter(facts::isLeaseOver)
        .isPresent();
  }

  /**
   * Who made a container, or removed one, or ended a lease, sees what that does to volumes,
   * although it is done behind his back.
   */
  void settle(Cause cause) throws IOException {
    facts.catchUpContainers();
    for (Container container : facts.containers()) {
      for (VolumeUse use : container.volumes()) {
        if (!keeper.isKnown(use.name())) {
          ensureIfThere(container, use, cause);
        }
      }
    }
    for (String name : departing) {
      keeper.holding(
          name,
          () -> {
            if (keeper.usersOf(name).isEmpty()) {
              keeper.removeUnused(name, cause);
            }
            return name;
          });
    }
    leaseEnded(cause);
  }

  private void ensureIfThere(Container container, VolumeUse use, Cause cause) throws IOException {
    try {
      keeper.holding(
          use.name(),
          () ->
              facts.container(container.id()).isPresent()
                  ? keeper.ensure(use.wanted(container.id()), cause)
                  : use);
    } catch (ProblemException e) {
      LOG.debugf("the container's own preparation says so: %s", e.getMessage());
    }
  }

  /** Removes what removals and leases left to be removed while the engine was away. */
  public void reconcile(Cause cause) {
    for (String name : Set.copyOf(departing)) {
      try {
        keeper.holding(
            name,
            () -> {
              if (keeper.usersOf(name).isEmpty()) {
                keeper.removeUnused(name, cause);
              }
              return departing.remove(name);
            });
      } catch (IOException | RuntimeException e) {
        LOG.errorf(e, "volume %s was not removed with its container", name);
      }
    }
    try {
      leaseEnded(cause);
    } catch (IOException | RuntimeException e) {
      LOG.error("volumes of a lease that is over were not all removed", e);
    }
  }
}
