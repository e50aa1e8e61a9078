package dev.varve.container.domain;

import dev.varve.eventlog.ProblemException;
import java.util.Locale;

/** The key sequence that leaves a terminal without ending its program. */
public final class DetachKeys {
  private static final byte[] DEFAULT = {16, 17};
  private static final String CONTROLS = "@abcdefghijklmnopqrstuvwxyz[\\]^_";

  private DetachKeys() {}

  /**
   * @param text {@code ctrl-p,ctrl-q}, {@code a,b}; empty for the default
   * @param kind what Docker calls them in this place: detach or escape
   * @throws ProblemException when it is no key sequence
   */
  public static byte[] parse(String text, String kind) {
    if (text.isEmpty()) {
      return DEFAULT.clone();
    }
    String[] keys = text.split(",", -1);
    byte[] codes = new byte[keys.length];
    for (int i = 0; i < keys.length; i++) {
      int code = code(keys[i]);
      if (code < 0) {
        throw Refusals.invalid("Invalid " + kind + " keys (" + text + ") provided").asException();
      }
      codes[i] = (byte) code;
    }
    return codes;
  }

  private static int code(String key) {
    if (key.length() == 1 && key.charAt(0) < 128) {
      return key.charAt(0);
    }
    String lower = key.toLowerCase(Locale.ROOT);
    if (lower.equals("del")) {
      return 127;
    }
    return lower.startsWith("ctrl-") && lower.length() == 6
        ? CONTROLS.indexOf(lower.charAt(5))
        : -1;
  }
}
