package dev.varve.image.application;

import dev.varve.eventlog.Cause;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.Layer;
import dev.varve.image.domain.RecordPush;
import dev.varve.image.domain.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Pushes one image under one tag, in its {@link ImageForm}. */
public final class PushImage {
  private final ContentStore content;
  private final Documents documents;
  private final LayerPushes layers;
  private final ImageLog images;

  public PushImage(ContentStore content, Documents documents, LayerPushes layers, ImageLog images) {
    this.content = content;
    this.documents = documents;
    this.layers = layers;
    this.images = images;
  }

  /**
   * @param reference with a tag
   */
  void push(
      Registry.Repository repository,
      Reference reference,
      Image image,
      ProgressLine.Sink progress,
      Cause cause)
      throws IOException, InterruptedException {
    ContentStore.Lease lease = content.lease();
    try {
      HeldImages.hold(image, lease, content);
      ImageForm form = ImageForm.of(image);
      List<Descriptor> pushed = layers.push(repository, reference, image, form, progress, cause);
      Descriptor config = form.config(image);
      if (!repository.has(image.id())) {
        repository.upload(config, () -> content.reader(image.id()));
      }
      boolean stored = form == ImageForm.STORED;
      String mediaType = stored ? image.manifestMediaType() : form.mediaType();
      byte[] manifest =
          stored ? read(image.manifest()) : documents.manifest(mediaType, config, pushed);
      String tag = reference.tag().orElseThrow();
      Digest digest = repository.put(tag, mediaType, manifest);
      var _ = images.run(cause, new RecordPush(reference, image.id(), digest)::decide);
      progress.send(
          new ProgressLine.Status(
              "%s: digest: %s size: %d".formatted(tag, digest, manifest.length)));
      progress.send(new ProgressLine.PushedManifest(tag, digest, manifest.length));
    } finally {
      lease.release(images::referencedBlobs);
    }
  }

  private byte[] read(Digest digest) throws IOException {
    try (InputStream blob = content.reader(digest)) {
      byte[] bytes = blob.readAllBytes();
      if (!Digest.of(bytes).equals(digest)) {
        throw new CorruptBlobException(digest);
      }
      return bytes;
    }
  }

  /** Distinct layers from the bottom, by what is in them. */
  static List<Layer> distinct(Image image) {
    Map<Digest, Layer> byContent = new HashMap<>();
    List<Layer> distinct = new ArrayList<>();
    for (Layer layer : image.layers()) {
      if (byContent.putIfAbsent(layer.diffId().digest(), layer) == null) {
        distinct.add(layer);
      }
    }
    return distinct;
  }
}
