package dev.varve.snapshot.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.CommandRunner;
import dev.varve.eventlog.CrashPoint;
import dev.varve.eventlog.Ledger;
import dev.varve.snapshot.application.Snapshotter.RootStatus;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.Container;
import dev.varve.snapshot.domain.Image;
import dev.varve.snapshot.domain.RootDecider;
import dev.varve.snapshot.domain.SnapshotEvent;
import dev.varve.snapshot.domain.SnapshotState;
import dev.varve.snapshot.domain.SnapshotState.LayerFailed;
import dev.varve.snapshot.domain.SnapshotState.LayerPresent;
import dev.varve.snapshot.domain.SnapshotState.RootFailed;
import dev.varve.snapshot.domain.SnapshotState.RootPresent;
import dev.varve.snapshot.domain.SnapshotState.VolumeKept;
import dev.varve.snapshot.domain.SnapshotState.VolumePresent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one root file system for each live container of this node, and none for any other.
 *
 * <p>{@link #settle} is the only use case: it looks whether the container lives, what is recorded
 * and what the kernel shows, and brings the latter two in line with the first. One container is
 * settled by one thread at a time, different ones concurrently. Blocks; for virtual threads.
 */
public final class Roots {
  private static final Logger LOG = Logger.getLogger(Roots.class);

  private final Facts facts;
  private final Layers layers;
  private final LayerPins pins;
  private final Snapshotter snapshotter;
  private final CommandRunner<SnapshotState, SnapshotEvent> commands;
  private final Ledger<SnapshotState, SnapshotEvent> ledger;
  private final Disk disk;
  private final VolumeClaims volumes;
  private final MountedImages images;
  private final Copies copies;
  private final RootDecider decider = new RootDecider();
  private final KeyedLocks<String> locks = new KeyedLocks<>();
  private final ConcurrentHashMap<String, List<ChainId>> preparing = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Long> mountedAt = new ConcurrentHashMap<>();

  /**
   * @param disk platform threads, for deleting
   */
  public Roots(
      Facts facts,
      Layers layers,
      LayerPins pins,
      Snapshotter snapshotter,
      CommandRunner<SnapshotState, SnapshotEvent> commands,
      Ledger<SnapshotState, SnapshotEvent> ledger,
      VolumeClaims volumes,
      MountedImages images,
      Executor disk,
      Copies copies) {
    this.facts = facts;
    this.layers = layers;
    this.pins = pins;
    this.snapshotter = snapshotter;
    this.commands = commands;
    this.ledger = ledger;
    this.volumes = volumes;
    this.images = images;
    this.disk = new Disk(disk);
    this.copies = copies;
  }

  /**
   * @param missed somebody did not find the root file system: see to it, and say so in any case
   */
  public void settle(String containerId, boolean missed, Cause cause)
      throws IOException, InterruptedException {
    List<ChainId> released = List.of();
    try (var _ = locks.hold(containerId)) {
      Optional<Container> container = facts.container(containerId);
      if (container.isPresent()) {
        prepare(container.get(), missed, cause);
      } else {
        released = chainOf(recorded(containerId));
        remove(containerId, cause);
      }
    }
    dropUnneeded(released, cause);
  }

  /** Drops those of the layers that no known image and no root is made of and nobody reads. */
  public void dropUnneeded(Collection<ChainId> candidates, Cause cause)
      throws IOException, InterruptedException {
    layers.dropUnneeded(candidates, this::isNeeded, cause);
  }

  private boolean isNeeded(ChainId chainId) {
    return facts.isOfImage(chainId)
        || pins.isPinned(chainId)
        || images.needs(chainId)
        || preparing.values().stream().anyMatch(chain -> chain.contains(chainId))
        || ledger.live().values().stream().anyMatch(state -> chainOf(state).contains(chainId));
  }

  private static List<ChainId> chainOf(@Nullable SnapshotState state) {
    return switch (state) {
      case RootPresent root -> root.chain();
      case RootFailed root -> root.chain();
      case LayerPresent _, LayerFailed _, VolumePresent _, VolumeKept _ -> List.of();
      case null -> List.of();
    };
  }

  private @Nullable SnapshotState recorded(String containerId) {
    return ledger.state(SnapshotEvent.snapshotSubject(containerId)).orElse(null);
  }

  private void prepare(Container container, boolean missed, Cause cause)
      throws InterruptedException {
    try {
      Optional<Image> image = facts.image(container.imageId());
      List<ChainId> recordedChain = chainOf(recorded(container.id()));
      List<ChainId> chain = recordedChain.isEmpty() ? chain(container, image) : recordedChain;
      preparing.put(container.id(), chain);
      if (image.isPresent()) {
        layers.ensure(image.get(), cause);
      } else if (!layers.arePresent(chain)) {
        throw new IOException("layers of reclaimed image " + container.imageId() + " are missing");
      }
      // Looked at afresh even when it was missed: somebody may have mounted it meanwhile, and
      // whoever waits for it may be using it by now.
      boolean usable = isUsable(container.id(), chain);
      Path path =
          usable
              ? snapshotter.rootPath(container.id())
              : snapshotter.prepare(container.id(), chain);
      if (!usable) {
        mountedAt.put(container.id(), System.nanoTime());
      }
      boolean announced = missed || !usable;
      List<String> mounts = new ArrayList<>();
      mounts.addAll(volumes.ready(container, path, recordedChain.isEmpty(), cause));
      mounts.addAll(images.ready(container, cause));
      CrashPoint.reach("snapshot.root.mounted-before-announce");
      commands.run(
          cause,
          now -> decider.prepared(now, container, chain, path.toString(), mounts, announced));
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      LOG.warnf("root file system of container %s: %s", container.id(), message);
      commands.run(cause, now -> decider.failed(now, container.id(), message, missed));
    } finally {
      preparing.remove(container.id());
    }
  }

  private static List<ChainId> chain(Container container, Optional<Image> image)
      throws IOException {
    return image
        .map(Image::chain)
        .orElseThrow(() -> new IOException("No such image: " + container.imageId()));
  }

  /** Mounted, and from the layers that are on disk now, not from ones they replaced. */
  private boolean isUsable(String containerId, List<ChainId> chain) throws IOException {
    return snapshotter.stat(containerId) == RootStatus.MOUNTED
        && layers.newestApplication(chain) <= mountedAt.getOrDefault(containerId, Long.MIN_VALUE);
  }

  private void remove(String containerId, Cause cause) throws IOException, InterruptedException {
    SnapshotState state = recorded(containerId);
    if (!isOfThisNode(state)) {
      return;
    }
    if (snapshotter.stat(containerId) != RootStatus.ABSENT) {
      copies.end(containerId);
      disk.run(() -> snapshotter.remove(containerId));
    }
    mountedAt.remove(containerId);
    CrashPoint.reach("snapshot.root.removed-before-announce");
    if (state != null) {
      commands.run(cause, now -> decider.removed(now, containerId));
    }
  }

  private boolean isOfThisNode(@Nullable SnapshotState state) {
    return switch (state) {
      case RootPresent root -> root.node().equals(facts.node());
      case RootFailed root -> root.node().equals(facts.node());
      case LayerPresent _, LayerFailed _, VolumePresent _, VolumeKept _ -> false;
      case null -> true;
    };
  }

  /** Settles all there is anything of: recorded, on disk, or living. */
  public void reconcile(Executor virtual, Cause cause) throws IOException, InterruptedException {
    Set<String> known = new HashSet<>();
    facts.containers().forEach(container -> known.add(container.id()));
    for (SnapshotState state : ledger.live().values()) {
      switch (state) {
        case RootPresent root -> known.add(root.containerId());
        case RootFailed root -> known.add(root.containerId());
        case LayerPresent _, LayerFailed _, VolumePresent _, VolumeKept _ -> {}
      }
    }
    boolean foreign = false;
    for (String id : snapshotter.roots()) {
      if (known.contains(id) || facts.everKnewContainer(id)) {
        known.add(id);
      } else {
        foreign = true;
        LOG.warnf("%s is of no container in this log: left alone", snapshotter.rootPath(id));
      }
    }
    List<CompletableFuture<Void>> work = new ArrayList<>();
    for (String id : known) {
      work.add(CompletableFuture.runAsync(() -> reconcileOne(id, cause), virtual));
    }
    for (Image image : facts.images()) {
      work.add(CompletableFuture.runAsync(() -> reconcileImage(image, cause), virtual));
    }
    for (CompletableFuture<Void> one : work) {
      try {
        one.join();
      } catch (CompletionException e) {
        if (Thread.currentThread().isInterrupted()) {
          return; // stopping: the next start does it
        }
        LOG.error("while reconciling", e.getCause());
      }
    }
    if (!foreign) {
      dropUnneeded(layers.all(), cause);
    }
  }

  private void reconcileOne(String containerId, Cause cause) {
    try (var _ = locks.hold(containerId)) {
      Optional<Container> container = facts.container(containerId);
      if (container.isPresent()) {
        prepare(container.get(), false, cause);
      } else {
        remove(containerId, cause);
      }
    } catch (IOException e) {
      throw new CompletionException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void reconcileImage(Image image, Cause cause) {
    try {
      layers.ensure(image, cause);
    } catch (IOException e) {
      LOG.debugf("recorded as LayerApplyFailed: %s", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
