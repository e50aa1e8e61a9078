package dev.varve.image.dockerfile;

import java.util.ArrayList;
import java.util.List;

/**
 * The pattern of <code>${name#pattern}</code> and its kin: {@code *} and {@code ?}, over any
 * characters. Matched without going back: in time of the value's length times the pattern's.
 */
final class ValuePattern {
  private static final int ANY = -1;
  private static final int ANY_NUMBER = -2;

  private final int[] tokens;

  private ValuePattern(int[] tokens) {
    this.tokens = tokens;
  }

  /**
   * @throws Malformed for an escape before an ordinary character
   */
  static ValuePattern of(String pattern) {
    List<Integer> tokens = new ArrayList<>();
    int[] characters = pattern.codePoints().toArray();
    for (int i = 0; i < characters.length; i++) {
      int c = characters[i];
      if (c == '\\') {
        c = escaped(pattern, characters, ++i);
        tokens.add(c);
      } else if (c == '?') {
        tokens.add(ANY);
      } else if (c != '*') {
        tokens.add(c);
      } else if (tokens.isEmpty() || tokens.getLast() != ANY_NUMBER) {
        tokens.add(ANY_NUMBER);
      }
    }
    return new ValuePattern(tokens.stream().mapToInt(Integer::intValue).toArray());
  }

  private static int escaped(String pattern, int[] characters, int at) {
    // A shell ends the pattern at these two, so that they have to be escaped without meaning more.
    if (at < characters.length && "*?\\}/".indexOf(characters[at]) >= 0) {
      return characters[at];
    }
    String escaped = at < characters.length ? Character.toString(characters[at]) : "";
    throw new Malformed(
        "invalid pattern (" + pattern + ") in substitution: invalid escape '\\" + escaped + "'");
  }

  String withoutPrefix(String value, boolean longest) {
    int[] characters = value.codePoints().toArray();
    int end = match(characters, 0, longest, new long[1]);
    return end < 0 ? value : new String(characters, end, characters.length - end);
  }

  String withoutSuffix(String value, boolean longest) {
    int[] reversed = reversed(value.codePoints().toArray());
    int end = new ValuePattern(reversed(tokens)).match(reversed, 0, longest, new long[1]);
    return end < 0 ? value : new String(reversed(reversed), 0, reversed.length - end);
  }

  private static int[] reversed(int[] values) {
    int[] reversed = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      reversed[values.length - 1 - i] = values[i];
    }
    return reversed;
  }

  /** With the first, or every, longest match replaced. */
  String replace(String value, String replacement, boolean all) {
    if (tokens.length == 0) {
      return value;
    }
    int[] characters = value.codePoints().toArray();
    long[] steps = new long[1];
    StringBuilder result = new StringBuilder();
    int at = 0;
    boolean more = true;
    while (at < characters.length) {
      int end = more ? match(characters, at, true, steps) : -1;
      if (end > at) {
        result.append(replacement);
        more = all;
        at = end;
      } else {
        result.appendCodePoint(characters[at++]);
      }
      if (result.length() > Limits.WORD_CHARACTERS) {
        throw new Malformed("word is longer than " + Limits.WORD_CHARACTERS + " characters");
      }
    }
    return result.toString();
  }

  /** Where a match that begins at {@code start} ends; negative for none. */
  private int match(int[] text, int start, boolean longest, long[] steps) {
    boolean[] states = new boolean[tokens.length + 1];
    enter(states, 0);
    int found = states[tokens.length] ? start : -1;
    for (int at = start; at < text.length && (found < 0 || longest); at++) {
      steps[0] += tokens.length + 1;
      if (steps[0] > Limits.PATTERN_STEPS) {
        throw new Malformed("pattern in substitution takes too long to match");
      }
      boolean[] next = new boolean[tokens.length + 1];
      boolean alive = false;
      for (int i = 0; i < tokens.length; i++) {
        if (states[i] && (tokens[i] < 0 || tokens[i] == text[at])) {
          enter(next, tokens[i] == ANY_NUMBER ? i : i + 1);
          alive = true;
        }
      }
      if (!alive) {
        break;
      }
      states = next;
      found = states[tokens.length] ? at + 1 : found;
    }
    return found;
  }

  /** A star may also stand for nothing. */
  private void enter(boolean[] states, int state) {
    states[state] = true;
    if (state < tokens.length && tokens[state] == ANY_NUMBER) {
      states[state + 1] = true;
    }
  }
}
