package dev.varve.snapshot.runtime;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.assembly.FollowedTopic;
import dev.varve.eventlog.assembly.OwnedTopic;
import dev.varve.snapshot.application.BlobSource;
import dev.varve.snapshot.application.Causes;
import dev.varve.snapshot.application.Copies;
import dev.varve.snapshot.application.CopyFiles;
import dev.varve.snapshot.application.Facts;
import dev.varve.snapshot.application.ImageMounts;
import dev.varve.snapshot.application.Inspection;
import dev.varve.snapshot.application.LayerPins;
import dev.varve.snapshot.application.Layers;
import dev.varve.snapshot.application.Looks;
import dev.varve.snapshot.application.MountedImages;
import dev.varve.snapshot.application.Reactions;
import dev.varve.snapshot.application.ReadRoot;
import dev.varve.snapshot.application.RootContents;
import dev.varve.snapshot.application.RootFiles;
import dev.varve.snapshot.application.RootSizes;
import dev.varve.snapshot.application.Roots;
import dev.varve.snapshot.application.Snapshotter;
import dev.varve.snapshot.application.VolumeClaims;
import dev.varve.snapshot.application.VolumeFiles;
import dev.varve.snapshot.application.VolumeKeeper;
import dev.varve.snapshot.application.VolumeSnapshots;
import dev.varve.snapshot.application.Volumes;
import dev.varve.snapshot.domain.ContainerEvent;
import dev.varve.snapshot.domain.ContainerState;
import dev.varve.snapshot.domain.ImageEvent;
import dev.varve.snapshot.domain.ImageState;
import dev.varve.snapshot.domain.SnapshotEvent;
import dev.varve.snapshot.domain.SnapshotState;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The service's objects and their order of starting and stopping. Between {@link #start} and {@link
 * #close} someone hands it the changes of the two followed topics.
 */
public final class SnapshotAssembly implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(SnapshotAssembly.class);
  private static final Duration CATCH_UP = Duration.ofMinutes(5);
  private static final Duration STOP = Duration.ofSeconds(2);

  private final OwnedTopic<SnapshotState, SnapshotEvent> own;
  private final FollowedTopic<ImageState, ImageEvent> images;
  private final FollowedTopic<ContainerState, ContainerEvent> containers;
  private final Snapshotter snapshotter;
  private final VolumeFiles volumeFiles;
  private final VolumeKeeper volumeKeeper;
  private final VolumeClaims volumeClaims;
  private final Volumes volumes;
  private final VolumeSnapshots volumeSnapshots;
  private final MountedImages mountedImages;
  private final ExecutorService disk;
  private final ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor();
  private final Roots roots;
  private final RootSizes sizes;
  private final Reactions reactions;
  private final Inspection inspection;
  private final Looks looks;
  private final ReadRoot readRoot;
  private final CopyFiles copyFiles;

  /** Closes the topics with itself. */
  public SnapshotAssembly(
      String node,
      OwnedTopic<SnapshotState, SnapshotEvent> own,
      FollowedTopic<ImageState, ImageEvent> images,
      FollowedTopic<ContainerState, ContainerEvent> containers,
      Snapshotter snapshotter,
      RootContents contents,
      VolumeFiles volumeFiles,
      ImageMounts imageMounts,
      RootFiles files,
      BlobSource blobs) {
    this.own = own;
    this.images = images;
    this.containers = containers;
    this.snapshotter = snapshotter;
    this.disk =
        Executors.newFixedThreadPool(
            Math.max(2, Runtime.getRuntime().availableProcessors()),
            Thread.ofPlatform().daemon().name("snapshot-disk-", 0).factory());
    Facts facts =
        new Facts(node, images.ledger(), images.log(), containers.ledger(), containers.log());
    Layers layers =
        new Layers(snapshotter, blobs, own.commands(), own.ledger(), node, disk, virtual);
    LayerPins pins = new LayerPins();
    Copies copies = new Copies();
    this.volumeFiles = volumeFiles;
    this.volumeKeeper = new VolumeKeeper(facts, volumeFiles, own.commands(), own.ledger(), disk);
    this.volumeClaims = new VolumeClaims(facts, volumeKeeper);
    containers.ledger().listen(volumeClaims::follow);
    this.volumes = new Volumes(facts, volumeKeeper, volumeClaims);
    this.volumeSnapshots =
        new VolumeSnapshots(facts, volumeKeeper, volumeFiles, own.commands(), own.ledger());
    this.mountedImages = new MountedImages(facts, layers, imageMounts);
    this.roots =
        new Roots(
            facts,
            layers,
            pins,
            snapshotter,
            own.commands(),
            own.ledger(),
            volumeClaims,
            mountedImages,
            disk,
            copies);
    this.looks = new Looks(facts, layers, roots, pins, snapshotter);
    this.sizes = new RootSizes(facts, snapshotter);
    this.reactions =
        new Reactions(facts, layers, roots, sizes, volumeClaims, mountedImages, virtual);
    this.inspection = new Inspection(node, own.ledger(), snapshotter, sizes);
    this.readRoot = new ReadRoot(facts, roots, own.ledger(), snapshotter, contents);
    this.copyFiles =
        new CopyFiles(facts, readRoot, files, copies, sizes, volumeClaims, mountedImages);
  }

  public Reactions reactions() {
    return reactions;
  }

  public Inspection inspection() {
    return inspection;
  }

  public Looks looks() {
    return looks;
  }

  public Volumes volumes() {
    return volumes;
  }

  public VolumeSnapshots volumeSnapshots() {
    return volumeSnapshots;
  }

  public CopyFiles copyFiles() {
    return copyFiles;
  }

  public ReadRoot readRoot() {
    return readRoot;
  }

  /**
   * Clears away what interrupted work left, reads the topics to their ends, and begins to put the
   * node's file systems in order, which goes on behind it: one large layer to be applied again
   * delays the containers made from it and nothing else.
   *
   * @return completes when all that could be put in order is
   */
  public CompletableFuture<Void> start() throws IOException {
    snapshotter.sweep();
    volumeFiles.sweep();
    own.start(CATCH_UP);
    images.start(CATCH_UP);
    containers.start(CATCH_UP);
    return CompletableFuture.runAsync(this::reconcile, virtual);
  }

  private void reconcile() {
    Cause cause = Causes.reconciliation();
    try {
      volumeKeeper.reconcile(cause);
      volumeClaims.reconcile(cause);
      volumeSnapshots.reconcile(cause);
      mountedImages.reconcile();
      roots.reconcile(virtual, cause);
      sizes.measureAll();
    } catch (IOException | RuntimeException e) {
      if (Thread.currentThread().isInterrupted()) {
        return; // stopping: the next start does it
      }
      LOG.error("the node's file systems could not all be put in order", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Interrupts what is under way; the next start finds and does it. Those who decide stop before
   * those who work for them, so that no interruption is taken for a failure and recorded.
   */
  @Override
  public void close() {
    sizes.close();
    virtual.shutdownNow();
    awaitEnd(virtual);
    disk.shutdownNow();
    awaitEnd(disk);
    containers.close();
    images.close();
    own.close();
  }

  private static void awaitEnd(ExecutorService executor) {
    try {
      if (!executor.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.infof("work goes on while the service stops");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
