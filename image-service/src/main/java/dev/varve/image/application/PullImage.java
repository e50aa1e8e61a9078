package dev.varve.image.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.CrashPoint;
import dev.varve.eventlog.ProblemException;
import dev.varve.image.application.RemoteImages.Found;
import dev.varve.image.domain.ChainId;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.ImageConfig;
import dev.varve.image.domain.Layer;
import dev.varve.image.domain.Origin;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.RecordPull;
import dev.varve.image.domain.Reference;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pulls what one tag or digest means. Blobs first, then one batch of events. What the registry is
 * to blame for leaves nothing behind; what an accident cut off keeps its complete blobs for another
 * try.
 */
public final class PullImage {
  private final RemoteImages remote;
  private final ContentStore content;
  private final LayerFetches fetches;
  private final FetchAhead ahead;
  private final ImageLog images;

  public PullImage(
      ContentStore content,
      Documents documents,
      ArchiveLimits limits,
      LayerFetches fetches,
      FetchAhead ahead,
      ImageLog images) {
    this.remote = new RemoteImages(content, documents, limits);
    this.content = content;
    this.fetches = fetches;
    this.ahead = ahead;
    this.images = images;
  }

  /**
   * Returns whether a reference points at something new.
   *
   * @param reference with a tag or a digest
   */
  boolean pull(
      Registry.Repository repository,
      Reference reference,
      Platform platform,
      ProgressLine.Sink progress,
      Cause cause)
      throws IOException, InterruptedException {
    Found found = remote.find(repository, reference, platform);
    progress.send(
        new ProgressLine.About(
            reference.digest().isPresent()
                ? reference.canonical()
                : RemoteImages.tagOrDigest(reference),
            "Pulling from " + reference.path()));
    Origin origin = Origin.pull(reference, found.named());
    ContentStore.Lease lease = content.lastingLease();
    boolean keep = true;
    boolean done = false;
    try (FetchAhead.Awaited awaited = ahead.begin()) {
      Optional<Image> present = complete(found);
      Image image =
          present.isPresent()
              ? present.get()
              : arrive(repository, found, origin, lease, awaited, progress, cause);
      RecordPull command =
          new RecordPull(image, present.isPresent() || isComplete(image), reference, origin);
      RecordPull.Outcome outcome = images.run(cause, command::decide);
      CrashPoint.reach("image.pull.recorded");
      keep = false;
      done = true;
      progress.send(new ProgressLine.Status("Digest: " + found.named()));
      warnOfPlatform(image, platform, reference, progress);
      content.expire(images::referencedBlobs);
      if (outcome.replaced().isPresent()) {
        content.collect(outcome.replaced().get().blobs(), images::referencedBlobs);
      }
      return outcome.news();
    } catch (ProblemException e) {
      keep = false;
      throw e;
    } catch (RegistryException e) {
      keep = e.kind() != RegistryException.Kind.UNTRUSTED;
      throw e;
    } finally {
      if (keep) {
        lease.leave();
      } else {
        lease.release(images::referencedBlobs);
      }
      if (!done) {
        ahead.abandon(cause);
      }
    }
  }

  /** The image, if it is here with this very manifest and all of its blobs. */
  private Optional<Image> complete(Found found) {
    return images
        .catalog()
        .image(found.document().config().digest())
        .filter(image -> image.manifest().equals(found.manifest().digest()))
        .filter(image -> image.blobs().stream().allMatch(content::has));
  }

  /** Whether the present image of this id, if there is one, has all of its blobs. */
  private boolean isComplete(Image image) {
    return images
        .catalog()
        .image(image.id())
        .filter(known -> !known.blobs().stream().allMatch(content::has))
        .isEmpty();
  }

  private Image arrive(
      Registry.Repository repository,
      Found found,
      Origin origin,
      ContentStore.Lease lease,
      FetchAhead.Awaited awaited,
      ProgressLine.Sink progress,
      Cause cause)
      throws IOException, InterruptedException {
    byte[] configBytes = remote.config(repository, found.document().config());
    ImageConfig config = remote.checked(found.document(), configBytes);
    List<Descriptor> descriptors = found.document().layers();
    Map<Digest, Layer> known = fetches.ofImages();
    List<ChainId> chain = ChainId.chain(config.diffIds());
    List<String> createdBy = config.createdByOfLayers();
    List<Layer> layers = new ArrayList<>();
    awaited.expect(chain);
    try (LayerPulls pulls =
        new LayerPulls(fetches, repository, descriptors, config.diffIds(), lease, progress)) {
      pulls.start(known);
      while (layers.size() < descriptors.size()) {
        List<Layer> arrived = new ArrayList<>();
        for (LayerFetches.Unpacked unpacked : pulls.next()) {
          int i = layers.size() + arrived.size();
          Descriptor blob = descriptors.get(i);
          Layer before = known.get(blob.digest());
          arrived.add(
              new Layer(
                  i,
                  blob.digest(),
                  unpacked.diffId(),
                  chain.get(i),
                  blob.size(),
                  blob.mediaType(),
                  createdBy.get(i),
                  unpacked.size(),
                  before == null ? origin : before.origin()));
        }
        layers.addAll(arrived);
        if (layers.size() < descriptors.size()) {
          awaited.arrived(arrived, cause);
        }
      }
    }
    ContentStore.Ingest configBlob = ingest(configBytes, lease);
    ContentStore.Ingest manifestBlob = ingest(found.manifest().bytes(), lease);
    lease.commit(List.of(configBlob, manifestBlob));
    CrashPoint.reach("image.pull.blobs-committed");
    return new Image(
        configBlob.digest(),
        manifestBlob.digest(),
        found.manifest().mediaType(),
        config.platform(),
        layers,
        origin,
        configBytes.length);
  }

  private static ContentStore.Ingest ingest(byte[] bytes, ContentStore.Lease lease)
      throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted");
    }
    ContentStore.Ingest ingest = lease.ingest();
    ingest.write(bytes, 0, bytes.length);
    ingest.finish();
    return ingest;
  }

  private static void warnOfPlatform(
      Image image, Platform wanted, Reference reference, ProgressLine.Sink progress) {
    if (!image.platform().runsOn(wanted)) {
      progress.send(
          new ProgressLine.Status(
              "WARNING: image with reference %s was found but does not match the specified platform: wanted %s, actual: %s"
                  .formatted(reference.familiar(), wanted.shown(), image.platform().shown())));
    }
  }
}
