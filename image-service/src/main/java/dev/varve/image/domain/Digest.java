package dev.varve.image.domain;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The SHA-256 of some stored bytes, {@code sha256:<64 lower-case hex>}: the only algorithm that
 * names anything here. Safe to use as a file name by {@link #hex}.
 */
public record Digest(String value) implements Comparable<Digest> {
  private static final String PREFIX = "sha256:";
  private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}");
  private static final int SHORT_HEX = 12;

  /**
   * @throws IllegalArgumentException when the text is no such digest
   */
  public Digest {
    if (!isDigest(value)) {
      throw new IllegalArgumentException("invalid checksum digest format");
    }
  }

  public static boolean isDigest(String text) {
    return FORM.matcher(text).matches();
  }

  public static Digest ofHex(String hex) {
    return new Digest(PREFIX + hex);
  }

  public static Digest of(byte[] bytes) {
    return of(sha256(), bytes);
  }

  /** The digest of what a running hash has seen; resets the hash. */
  public static Digest of(MessageDigest running) {
    return ofHex(HexFormat.of().formatHex(running.digest()));
  }

  /** A fresh running hash. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static Digest of(MessageDigest running, byte[] bytes) {
    running.update(bytes);
    return of(running);
  }

  public String hex() {
    return value.substring(PREFIX.length());
  }

  /** The twelve hex digits that Docker shows. */
  public String shortHex() {
    return hex().substring(0, SHORT_HEX);
  }

  @Override
  public int compareTo(Digest other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
