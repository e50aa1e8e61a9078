package dev.varve.image.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.CrashPoint;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.HostedManifest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.ReclaimImages;
import dev.varve.image.domain.ReclaimManifest;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Deletes the blobs of removed images once no container needs them, and of manifests that the
 * engine's registry dropped, and says so in the log. Goes by state, not by single events: what a
 * crash left undone is found by the first round after it.
 *
 * <p>Lifecycle: {@link #start} when the ledgers are caught up; {@link #wake} from any thread, also
 * before; {@link #close}.
 */
public final class BlobCollector implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(BlobCollector.class);
  private static final Cause CAUSE = new Cause("service:image", "blob-collection", "");

  /** What was left to be found again goes though nothing else happens. */
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  /** A container that was about to be made may never come, of which nothing tells. */
  private static final Duration SHORT_PAUSE = Duration.ofSeconds(5);

  private final ImageLog images;
  private final ContentStore content;
  private final ImageConfigs configs;
  private final FetchAhead ahead;

  /** A permit means: look again. */
  private final Semaphore work = new Semaphore(1);

  private @Nullable Thread worker;

  public BlobCollector(
      ImageLog images, ContentStore content, ImageConfigs configs, FetchAhead ahead) {
    this.ahead = ahead;
    this.images = images;
    this.content = content;
    this.configs = configs;
  }

  /** Clears up after a dead process, then keeps collecting. */
  public void start() throws IOException {
    content.recover(images::referencedBlobs);
    worker = Thread.ofVirtual().name("image-blob-collector").start(this::work);
  }

  /** Something was removed. */
  public void wake() {
    work.release();
  }

  @Override
  public void close() {
    if (worker != null) {
      worker.interrupt();
    }
  }

  private void work() {
    try {
      Duration pause = LONGEST_PAUSE;
      while (true) {
        var _ = work.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
        work.drainPermits();
        pause = round() ? LONGEST_PAUSE : SHORT_PAUSE;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether nothing was put off. */
  private boolean round() {
    try {
      boolean all = reclaim();
      for (HostedManifest manifest : images.catalog().droppedManifests()) {
        content.collect(manifest.needs(), images::referencedBlobs);
        CrashPoint.reach("image.reclaim.manifest-deleted");
        var _ = images.run(CAUSE, new ReclaimManifest(manifest)::decide);
      }
      configs.retain(presentIds());
      ahead.abandon(CAUSE);
      content.expire(images::referencedBlobs);
      return all;
    } catch (IOException | LogUnavailableException e) {
      LOG.warn("Collecting unreferenced blobs was put off", e);
      return false;
    }
  }

  /**
   * All at once: what is referenced is found out for all of them, not for each.
   *
   * @return false when a container that is about to be made kept one of them
   */
  private boolean reclaim() throws IOException {
    List<Image> removed = images.catalog().removedImages();
    if (removed.isEmpty()) {
      return true;
    }
    Set<String> used =
        images.containers().now().stream()
            .flatMap(container -> container.images().stream())
            .collect(Collectors.toSet());
    Map<Boolean, List<Image>> byAwaited =
        removed.stream()
            .filter(image -> !used.contains(image.id().value()))
            .collect(Collectors.partitioningBy(image -> images.containers().awaits(image.id())));
    List<Image> unused = byAwaited.getOrDefault(false, List.of());
    Set<Digest> blobs = new HashSet<>();
    for (Image image : unused) {
      blobs.addAll(image.blobs());
      images.catalog().packings(image).forEach(packed -> blobs.add(packed.digest()));
    }
    content.collect(blobs, images::referencedBlobs);
    CrashPoint.reach("image.reclaim.blobs-deleted");
    var _ = images.run(CAUSE, new ReclaimImages(unused.stream().map(Image::id).toList())::decide);
    return byAwaited.getOrDefault(true, List.of()).isEmpty();
  }

  private Set<Digest> presentIds() {
    return images.catalog().images().stream().map(Image::id).collect(Collectors.toSet());
  }
}
