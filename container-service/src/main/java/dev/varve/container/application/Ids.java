package dev.varve.container.application;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** Makes ids of containers, execs and networks: 64 hex digits nobody can guess. Thread-safe. */
public final class Ids {
  private static final int BYTES = 32;

  private final SecureRandom random = new SecureRandom();

  public String next() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  RandomGenerator random() {
    return random;
  }
}
