package dev.varve.image.dockerfile;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** What somebody may have meant: the nearest of some names, at most two edits away. */
final class Suggestion {
  private static final int TOO_FAR = 3;
  private static final int MAX_LENGTH = 64;
  private static final int MAX_NAMES = 1000;

  private Suggestion() {}

  /** The message with {@code (did you mean x?)} behind it, if something is near. */
  static String with(String message, String word, Collection<String> names) {
    return nearest(word, names).map(n -> message + " (did you mean " + n + "?)").orElse(message);
  }

  /** Empty, too, when the word is one of the names: then the mistake is another one. */
  static Optional<String> nearest(String word, Collection<String> names) {
    if (word.length() > MAX_LENGTH || names.contains(word)) {
      return Optional.empty();
    }
    Optional<String> nearest = Optional.empty();
    int least = TOO_FAR;
    for (String name : (Iterable<String>) names.stream().limit(MAX_NAMES)::iterator) {
      if (Math.abs(name.length() - word.length()) < least) {
        int distance = distance(word, name);
        if (distance < least) {
          least = distance;
          nearest = Optional.of(name);
        }
      }
    }
    return nearest;
  }

  /** As {@link #with} for names in upper case, suggested in the word's case. */
  static String ignoringCase(String message, String word, Collection<String> names) {
    String upper = word.toUpperCase(Locale.ROOT);
    return nearest(upper, names)
        .map(n -> word.equals(upper) ? n : n.toLowerCase(Locale.ROOT))
        .map(n -> message + " (did you mean " + n + "?)")
        .orElse(message);
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
