package dev.varve.container.application;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Looks for the detach keys in what a client types; holds back what may be their beginning. */
final class DetachScanner {
  private final byte[] keys;
  private int matched;

  DetachScanner(byte[] keys) {
    this.keys = keys.clone();
  }

  /**
   * @return what the program shall get, or null when the keys are complete
   */
  byte @Nullable [] pass(byte[] typed) {
    byte[] passed = new byte[typed.length + matched];
    int length = 0;
    for (byte key : typed) {
      if (key == keys[matched]) {
        matched++;
        if (matched == keys.length) {
          return null;
        }
        continue;
      }
      System.arraycopy(keys, 0, passed, length, matched);
      length += matched;
      matched = 0;
      if (key == keys[0]) {
        matched = 1;
      } else {
        passed[length++] = key;
      }
    }
    return Arrays.copyOf(passed, length);
  }
}
