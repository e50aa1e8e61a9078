package dev.varve.image.adapter.archive;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.image.application.ImageArchives.ArchivedLayer;
import dev.varve.image.domain.ChainId;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.ImageConfig;
import dev.varve.image.domain.Layer;
import dev.varve.image.domain.Origin;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.Reference;
import java.util.ArrayList;
import java.util.List;

/**
 * An image found in an archive, its parts checked against each other, before anything is committed.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared: the digest stands for the bytes
record ImageDraft(
    byte[] configBytes,
    ImageConfig config,
    List<ArchivedLayer> layers,
    List<Reference> references,
    Origin origin) {

  /**
   * @throws ArchiveRefusedException when config and layers do not belong together
   */
  static ImageDraft checked(
      byte[] configBytes,
      ImageConfig config,
      List<ArchivedLayer> layers,
      List<Reference> references,
      Origin origin)
      throws ArchiveRefusedException {
    if (!config.platform().os().equals(Platform.HOST.os())) {
      throw new ArchiveRefusedException(
          "cannot load %s image on linux".formatted(config.platform().os()));
    }
    if (layers.size() != config.diffIds().size()) {
      throw new ArchiveRefusedException(
          "invalid manifest, layers length mismatch: expected %d, got %d"
              .formatted(layers.size(), config.diffIds().size()));
    }
    for (int i = 0; i < layers.size(); i++) {
      if (!layers.get(i).diffId().equals(config.diffIds().get(i))) {
        throw new ArchiveRefusedException(
            "invalid diffID for layer %d: expected \"%s\", got \"%s\""
                .formatted(i, config.diffIds().get(i), layers.get(i).diffId()));
      }
    }
    return new ImageDraft(configBytes, config, layers, references, origin);
  }

  List<Descriptor> layerDescriptors() {
    return layers.stream()
        .map(layer -> new Descriptor(layer.mediaType(), layer.digest(), layer.size()))
        .toList();
  }

  Image image(Digest manifest, String manifestMediaType) {
    List<ChainId> chain = ChainId.chain(config.diffIds());
    List<String> createdBy = config.createdByOfLayers();
    List<Layer> recorded = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      ArchivedLayer layer = layers.get(i);
      recorded.add(
          new Layer(
              i,
              layer.digest(),
              layer.diffId(),
              chain.get(i),
              layer.size(),
              layer.mediaType(),
              createdBy.get(i),
              layer.uncompressedSize(),
              origin));
    }
    return new Image(
        Digest.of(configBytes),
        manifest,
        manifestMediaType,
        config.platform(),
        recorded,
        origin,
        configBytes.length);
  }
}
