package dev.varve.linux.files;

import java.nio.charset.StandardCharsets;

/** Converts between text and the byte strings that {@link FileCalls} takes as names. */
public final class ByteNames {
  private ByteNames() {}

  /** The UTF-8 bytes of a text, one per char. */
  public static String ofText(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  public static String ofBytes(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** For people: bytes that are not UTF-8 become replacement characters. */
  public static String toText(String name) {
    return new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /**
   * @throws IllegalArgumentException when a char is not a byte, or is NUL
   */
  static byte[] toCString(String name) {
    int length = name.length();
    byte[] bytes = new byte[length + 1];
    for (int i = 0; i < length; i++) {
      char c = name.charAt(i);
      if (c == 0 || c > 0xff) {
        throw new IllegalArgumentException("not a byte string: " + name);
      }
      bytes[i] = (byte) c;
    }
    return bytes;
  }
}
