package dev.varve.snapshot.domain;

/** Hash of a stored blob, compressed as it may be. */
public record Digest(String text) {
  public Digest {
    Sha256.checked(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
