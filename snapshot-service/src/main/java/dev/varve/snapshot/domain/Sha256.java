package dev.varve.snapshot.domain;

/** The one form of hash that layers are named by. */
final class Sha256 {
  private static final String PREFIX = "sha256:";
  private static final int HEX_DIGITS = 64;

  private Sha256() {}

  /**
   * Refuses everything but {@code sha256:} and 64 lower-case hex digits: the text becomes a
   * directory's name.
   */
  static String checked(String text) {
    if (!text.startsWith(PREFIX) || text.length() != PREFIX.length() + HEX_DIGITS) {
      throw new IllegalArgumentException("not a sha256 digest: " + text);
    }
    for (int i = PREFIX.length(); i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        throw new IllegalArgumentException("not a sha256 digest: " + text);
      }
    }
    return text;
  }

  static String hex(String checked) {
    return checked.substring(PREFIX.length());
  }
}
