package dev.varve.snapshot.domain;

/** Hash of a layer's uncompressed archive. */
public record DiffId(String text) {
  public DiffId {
    Sha256.checked(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
