package dev.varve.image.application;

import dev.varve.eventlog.Cause;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.Layer;
import dev.varve.image.domain.Origin;
import dev.varve.image.domain.RecordPush;
import dev.varve.image.domain.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Pushes one image under one tag. What was pulled goes out with the manifest that it came with, so
 * that its digest is the same everywhere; what was made here from plain tars goes out as Docker
 * sends it, gzipped and with Docker's manifest.
 */
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
      lease.hold(image.blobs());
      Form form = form(image);
      List<Descriptor> pushed =
          layers.push(repository, reference, image, form.layerType(), progress);
      Descriptor config = new Descriptor(form.configType(), image.id(), image.configSize());
      if (!repository.has(image.id())) {
        repository.upload(config, () -> content.reader(image.id()));
      }
      byte[] manifest =
          switch (form) {
            case STORED -> read(image.manifest());
            case DOCKER -> documents.manifest(Documents.DOCKER_MANIFEST, config, pushed);
            case OCI -> documents.manifest(config, pushed);
          };
      String mediaType =
          switch (form) {
            case STORED -> image.manifestMediaType();
            case DOCKER -> Documents.DOCKER_MANIFEST;
            case OCI -> Documents.OCI_MANIFEST;
          };
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

  /** How an image goes out, with the media types of what is made for it. */
  private enum Form {
    STORED("", Documents.OCI_CONFIG),
    DOCKER(Documents.DOCKER_GZIP_LAYER, Documents.DOCKER_CONFIG),
    OCI("application/vnd.oci.image.layer.v1.tar+gzip", Documents.OCI_CONFIG);

    private final String layerType;
    private final String configType;

    Form(String layerType, String configType) {
      this.layerType = layerType;
      this.configType = configType;
    }

    String layerType() {
      return layerType;
    }

    String configType() {
      return configType;
    }
  }

  /** Docker has no name for layers in zstd. */
  private static Form form(Image image) {
    if (image.origin().kind() == Origin.Kind.PULL
        || image.layers().stream().noneMatch(LayerPushes::isPlain)) {
      return Form.STORED;
    }
    return image.layers().stream().anyMatch(layer -> layer.mediaType().endsWith("zstd"))
        ? Form.OCI
        : Form.DOCKER;
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
