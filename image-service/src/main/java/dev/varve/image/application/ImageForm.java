package dev.varve.image.application;

import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.Layer;
import dev.varve.image.domain.PackedLayer;

/**
 * How an image is given to others. What came from a registry is given with the manifest that it
 * came with, so that its digest is the same everywhere; what was made here from plain tars as
 * Docker sends it, gzipped and with Docker's manifest.
 */
enum ImageForm {
  STORED("", Documents.OCI_CONFIG, ""),
  DOCKER(Documents.DOCKER_GZIP_LAYER, Documents.DOCKER_CONFIG, Documents.DOCKER_MANIFEST),
  /** Docker has no name for layers in zstd. */
  OCI("application/vnd.oci.image.layer.v1.tar+gzip", Documents.OCI_CONFIG, Documents.OCI_MANIFEST);

  private final String layerType;
  private final String configType;
  private final String mediaType;

  ImageForm(String layerType, String configType, String mediaType) {
    this.layerType = layerType;
    this.configType = configType;
    this.mediaType = mediaType;
  }

  static ImageForm of(Image image) {
    boolean asItCame =
        switch (image.origin().kind()) {
          case PULL, RECEIVED -> true;
          case UNSPECIFIED, LOAD, IMPORT, COMMIT, BUILD, BUILD_STEP, PUSH -> false;
        };
    if (asItCame || image.layers().stream().noneMatch(Layer::isPlain)) {
      return STORED;
    }
    return image.layers().stream().anyMatch(layer -> layer.mediaType().endsWith("zstd"))
        ? OCI
        : DOCKER;
  }

  /** Of the manifest that is made; the stored one has its own. */
  String mediaType() {
    return mediaType;
  }

  /** Of layers that are packed. */
  String layerType() {
    return layerType;
  }

  Descriptor config(Image image) {
    return new Descriptor(configType, image.id(), image.configSize());
  }

  /** Whether the layer goes out as another blob than the stored one. */
  boolean isPacked(Layer layer) {
    return this != STORED && layer.isPlain();
  }

  /** A layer that goes out as it is stored. */
  Descriptor stored(Layer layer) {
    String type =
        this != STORED && layer.mediaType().endsWith("gzip") ? layerType : layer.mediaType();
    return new Descriptor(type, layer.digest(), layer.size());
  }

  Descriptor packed(PackedLayer layer) {
    return new Descriptor(layerType, layer.digest(), layer.size());
  }
}
