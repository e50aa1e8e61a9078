package dev.varve.eventlog.fold;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Event ids, and the chain they form within one decision.
 *
 * <p>The first event that a decision gives a subject has a random id; each further one of the same
 * subject continues it: {@code id}, {@code id+1}, {@code id+2}. The sequence alone could not tell
 * that they belong together: when a rival takes the sequence of the first, the second would be next
 * in line, and half a decision would count on a state it was never made for.
 */
final class EventIds {
  private EventIds() {}

  static String random() {
    return UUID.randomUUID().toString();
  }

  static String continuing(String first, int steps) {
    return steps == 0 ? first : first + '+' + steps;
  }

  /** The id that has to be the subject's last counted one, or null when any may be. */
  static @Nullable String predecessor(String id) {
    int plus = id.lastIndexOf('+');
    if (plus < 1 || id.length() - plus > 6) {
      return null;
    }
    int steps = 0;
    for (int i = plus + 1; i < id.length(); i++) {
      int digit = id.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return null;
      }
      steps = steps * 10 + digit;
    }
    return steps < 1 ? null : continuing(id.substring(0, plus), steps - 1);
  }

  /** 64 bits that stand for an id where many are kept. */
  static long mark(String id) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < id.length(); i++) {
      hash = (hash ^ id.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }
}
