package dev.varve.image.domain;

/** The digest of a layer's uncompressed tar: the same however the layer is stored. */
public record DiffId(Digest digest) {
  public static DiffId parse(String text) {
    return new DiffId(new Digest(text));
  }

  @Override
  public String toString() {
    return digest.value();
  }
}
