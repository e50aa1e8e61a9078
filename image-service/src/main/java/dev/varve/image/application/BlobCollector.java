package dev.varve.image.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.CrashPoint;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.HostedManifest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.ReclaimImage;
import dev.varve.image.domain.ReclaimManifest;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
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
      while (true) {
        var _ = work.tryAcquire(LONGEST_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        work.drainPermits();
        round();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void round() {
    try {
      for (Image image : images.catalog().removedImages()) {
        if (images.containers().now().stream().noneMatch(user -> user.uses(image.id()))) {
          Set<Digest> blobs = new HashSet<>(image.blobs());
          images.catalog().packings(image).forEach(packed -> blobs.add(packed.digest()));
          content.collect(blobs, images::referencedBlobs);
          CrashPoint.reach("image.reclaim.blobs-deleted");
          var _ = images.run(CAUSE, new ReclaimImage(image.id())::decide);
        }
      }
      for (HostedManifest manifest : images.catalog().droppedManifests()) {
        content.collect(manifest.needs(), images::referencedBlobs);
        CrashPoint.reach("image.reclaim.manifest-deleted");
        var _ = images.run(CAUSE, new ReclaimManifest(manifest)::decide);
      }
      configs.retain(presentIds());
      ahead.abandon(CAUSE);
      content.expire(images::referencedBlobs);
    } catch (IOException | LogUnavailableException e) {
      // The next removal or the next start tries again.
      LOG.warn("Collecting unreferenced blobs was put off", e);
    }
  }

  private Set<Digest> presentIds() {
    return images.catalog().images().stream().map(Image::id).collect(Collectors.toSet());
  }
}
