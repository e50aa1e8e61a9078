package dev.varve.image.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.CrashPoint;
import dev.varve.image.application.ImageArchives.ArchivedImage;
import dev.varve.image.domain.AddImages;
import dev.varve.image.domain.ChainId;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.Layer;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code docker load}: blobs first, durable and checked, then one batch of events for all images of
 * the archive. Whatever goes wrong before the events leaves nothing behind.
 */
public final class LoadImages {
  private final ImageArchives archives;
  private final ContentStore content;
  private final ImageLog images;

  public LoadImages(ImageArchives archives, ContentStore content, ImageLog images) {
    this.archives = archives;
    this.content = content;
    this.images = images;
  }

  /**
   * Loads all images of an archive or none.
   *
   * @param platform what to load of it; empty for all, and the host's of several under one name
   * @throws dev.varve.eventlog.ProblemException when the archive is refused
   * @throws IOException when the source ended early or the disk is full
   */
  public void load(
      InputStream archive, boolean quiet, String platform, ProgressLine.Sink progress, Cause cause)
      throws IOException {
    Optional<Platform> wanted = Platforms.wanted(platform);
    ContentStore.Lease lease = content.lease();
    try {
      List<ArchivedImage> arrived = archives.read(archive, wanted, lease);
      CrashPoint.reach("image.load.blobs-committed");
      if (!quiet) {
        showNewLayers(arrived, progress);
      }
      Set<Digest> incomplete = incomplete(arrived);
      AddImages command =
          new AddImages(
              arrived.stream()
                  .map(image -> new AddImages.Arrival(image.image(), image.references()))
                  .toList(),
              incomplete);
      List<AddImages.Added> added = images.run(cause, command::decide);
      CrashPoint.reach("image.load.recorded");
      added.forEach(image -> show(image, progress));
    } finally {
      lease.release(images::referencedBlobs);
    }
  }

  /** Present images that lost a blob since they were added. */
  private Set<Digest> incomplete(List<ArchivedImage> arrived) {
    return arrived.stream()
        .flatMap(image -> images.catalog().image(image.image().id()).stream())
        .filter(present -> !present.blobs().stream().allMatch(content::has))
        .map(Image::id)
        .collect(Collectors.toSet());
  }

  private void showNewLayers(List<ArchivedImage> arrived, ProgressLine.Sink progress) {
    Set<ChainId> known = new HashSet<>();
    images.catalog().images().forEach(image -> image.layers().forEach(l -> known.add(l.chainId())));
    for (ArchivedImage image : arrived) {
      for (Layer layer : image.image().layers()) {
        if (known.add(layer.chainId())) {
          progress.send(
              new ProgressLine.Part(
                  layer.diffId().digest().shortHex(), "Loading layer", layer.size(), layer.size()));
        }
      }
    }
  }

  private static void show(AddImages.Added added, ProgressLine.Sink progress) {
    AddImages.Arrival arrival = added.arrival();
    for (Reference reference : arrival.references()) {
      Digest moved = added.moved().get(reference);
      if (moved != null) {
        progress.send(
            new ProgressLine.Text(
                "The image %s already exists, renaming the old one with ID %s to empty string\n"
                    .formatted(reference.familiar(), moved)));
      }
      progress.send(new ProgressLine.Text("Loaded image: " + reference.familiar() + "\n"));
    }
    if (arrival.references().isEmpty()) {
      progress.send(new ProgressLine.Text("Loaded image ID: " + arrival.image().id() + "\n"));
    }
  }
}
