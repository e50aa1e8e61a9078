package dev.varve.image.domain;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The facts of one image, all immutable.
 *
 * @param id digest of the config blob: Docker's image id
 * @param manifest the manifest blob in the content store
 * @param layers from the bottom
 * @param configSize bytes
 */
public record Image(
    Digest id,
    Digest manifest,
    String manifestMediaType,
    Platform platform,
    List<Layer> layers,
    Origin origin,
    long configSize) {

  public Image {
    layers = List.copyOf(layers);
  }

  /** Every blob that has to be in the content store for this image to be whole. */
  public Set<Digest> blobs() {
    Set<Digest> blobs = new HashSet<>();
    blobs.add(id);
    blobs.add(manifest);
    for (Layer layer : layers) {
      blobs.add(layer.digest());
    }
    return blobs;
  }

  /** The image that this one was made from on this engine. */
  public Optional<Digest> parent() {
    return origin.committed().map(Origin.Committed::parent);
  }

  /** Docker's Size: bytes of all layers, uncompressed. */
  public long size() {
    return layers.stream().mapToLong(Layer::uncompressedSize).sum();
  }
}
