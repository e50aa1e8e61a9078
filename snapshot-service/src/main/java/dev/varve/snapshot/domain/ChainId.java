package dev.varve.snapshot.domain;

/** Hash that names a layer together with all layers below it. */
public record ChainId(String text) {
  public ChainId {
    Sha256.checked(text);
  }

  /** The 64 digits alone. */
  public String hex() {
    return Sha256.hex(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
