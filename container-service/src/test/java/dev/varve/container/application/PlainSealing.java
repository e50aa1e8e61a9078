package dev.varve.container.application;

/** Seals nothing: for tests that are not about secrets. */
final class PlainSealing implements Sealing {
  @Override
  public Box seal(byte[] plain) {
    return new Box("plain", new byte[12], plain);
  }

  @Override
  public byte[] open(Box box) {
    return box.ciphertext();
  }
}
