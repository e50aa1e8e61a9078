package dev.varve.snapshot.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.CrashPoint;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.Container;
import dev.varve.snapshot.domain.Image;
import dev.varve.snapshot.domain.ImageUse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Keeps the files of each image mounted that a container of this node has beside its root, from the
 * container's creation to its removal. Who has which is known from the containers' events; nothing
 * else is recorded of it. Blocks; for virtual threads.
 */
public final class MountedImages {
  private static final Logger LOG = Logger.getLogger(MountedImages.class);

  private final Facts facts;
  private final Layers layers;
  private final ImageMounts mounts;
  private final KeyedLocks<String> locks = new KeyedLocks<>();
  private final ConcurrentHashMap<String, Mounted> mounted = new ConcurrentHashMap<>();

  /**
   * @param at on {@link System#nanoTime}'s scale; {@link Long#MIN_VALUE} for an earlier process
   */
  private record Mounted(List<ChainId> chain, long at) {}

  public MountedImages(Facts facts, Layers layers, ImageMounts mounts) {
    this.facts = facts;
    this.layers = layers;
    this.mounts = mounts;
  }

  /**
   * Sees to all images that the container has mounted.
   *
   * @return where they are mounted
   */
  List<String> ready(Container container, Cause cause) throws IOException, InterruptedException {
    List<String> paths = new ArrayList<>();
    for (String imageId : imagesOf(container)) {
      try (var _ = locks.hold(imageId)) {
        ensure(imageId, cause);
      }
      paths.add(mounts.path(imageId).toString());
    }
    return paths;
  }

  private void ensure(String imageId, Cause cause) throws IOException, InterruptedException {
    Image image =
        facts.image(imageId).orElseThrow(() -> new IOException("No such image: " + imageId));
    // Known as needed before it is looked whether they are there.
    Mounted before =
        mounted.computeIfAbsent(imageId, _ -> new Mounted(image.chain(), Long.MIN_VALUE));
    layers.ensure(image, cause);
    if (!mounts.isMounted(imageId) || layers.newestApplication(image.chain()) > before.at()) {
      mounts.mount(imageId, image.chain());
      mounted.put(imageId, new Mounted(image.chain(), System.nanoTime()));
      CrashPoint.reach("snapshot.image.mounted");
    }
  }

  private static Set<String> imagesOf(Container container) {
    return container.images().stream()
        .map(ImageUse::imageId)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What of images is mounted where while the container runs. */
  List<RootFiles.MountedVolume> mountedIn(Container container) {
    return container.images().stream()
        .map(use ->
            new RootFiles.MountedVolume(
                use.destination(), mounts.path(use.imageId()), use.subpath(), true))
        .toList();
  }

  /**
   * After a container's end.
   *
   * @return the layers of those that nobody has mounted any more
   */
  List<ChainId> released(Container gone) throws IOException {
    List<ChainId> released = new ArrayList<>();
    for (String imageId : imagesOf(gone)) {
      released.addAll(release(imageId));
    }
    return released;
  }

  private List<ChainId> release(String imageId) throws IOException {
    try (var _ = locks.hold(imageId)) {
      if (facts.containers().stream().anyMatch(container -> container.mounts(imageId))) {
        return List.of();
      }
      mounts.unmount(imageId);
      CrashPoint.reach("snapshot.image.unmounted");
      Mounted before = mounted.remove(imageId);
      return before == null ? List.of() : before.chain();
    }
  }

  boolean needs(ChainId chainId) {
    return mounted.values().stream().anyMatch(it -> it.chain().contains(chainId));
  }

  /** Unmounts what containers had mounted that went while the engine was away. */
  public void reconcile() throws IOException {
    for (String imageId : mounts.all()) {
      try {
        var _ = release(imageId);
      } catch (IOException e) {
        LOG.errorf(e, "image %s stays mounted", imageId);
      }
    }
  }
}
