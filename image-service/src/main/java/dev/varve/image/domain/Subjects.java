package dev.varve.image.domain;

import dev.varve.eventlog.Subject;

/** The subjects of the image topic. */
public final class Subjects {
  /** Of what is told of all images at once. */
  public static final Subject PRUNE = new Subject("prune", "images");

  /** Of what is told of the build cache as a whole. */
  public static final Subject PRUNE_CACHE = new Subject("prune", "build-cache");

  private Subjects() {}

  public static Subject image(Digest id) {
    return new Subject("image", id.value());
  }

  public static Subject reference(Reference reference) {
    return new Subject("reference", reference.canonical());
  }

  public static Subject layer(ChainId chainId) {
    return new Subject("layer", chainId.toString());
  }

  /**
   * @param name of the repository, with the digest
   */
  public static Subject manifest(Reference name) {
    return new Subject("manifest", name.canonical());
  }

  public static Subject packing(DiffId diffId) {
    return new Subject("packing", diffId.toString());
  }

  public static Subject build(String id) {
    return new Subject("build", id);
  }

  public static Subject cache(CacheKey key) {
    return new Subject("build-cache", key.hex());
  }
}
