package dev.varve.container.application;

/** Makes text unreadable to who has the log or a database but not the engine's key. */
public interface Sealing {

  /**
   * @param keyId which key opens it
   * @param nonce used once with that key
   */
  record Box(String keyId, byte[] nonce, byte[] ciphertext) {}

  Box seal(byte[] plain);

  /**
   * @throws IllegalArgumentException when it was sealed with another key, or changed since
   */
  byte[] open(Box box);
}
