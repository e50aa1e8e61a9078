package dev.varve.image.dockerfile;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code [a-z]} or {@code [^a-z]} of a path pattern. Never a slash.
 *
 * @param ranges pairs of first and last
 */
record CharacterClass(boolean negated, List<int[]> ranges) {

  boolean contains(int c) {
    boolean inside = ranges.stream().anyMatch(range -> range[0] <= c && c <= range[1]);
    return c != '/' && inside != negated;
  }

  /** Reads one from behind its bracket on. */
  static final class Reader {
    private final int[] pattern;
    private int at;

    Reader(int[] pattern, int at) {
      this.pattern = pattern;
      this.at = at;
    }

    /**
     * @throws Malformed when it does not end or holds nothing
     */
    CharacterClass read() {
      boolean negated = peek() == '^';
      at += negated ? 1 : 0;
      List<int[]> ranges = new ArrayList<>();
      do {
        int first = character();
        int last = first;
        if (peek() == '-') {
          at++;
          last = character();
        }
        ranges.add(new int[] {first, last});
      } while (peek() != ']');
      at++;
      return new CharacterClass(negated, List.copyOf(ranges));
    }

    /** Behind the closing bracket. */
    int end() {
      return at;
    }

    private int peek() {
      return at < pattern.length ? pattern[at] : -1;
    }

    private int character() {
      int c = peek();
      if (c == -1 || c == '-' || c == ']') {
        throw new Malformed(PathPattern.SYNTAX_ERROR);
      }
      at++;
      if (c == '\\') {
        c = peek();
        at++;
      }
      if (peek() == -1) {
        throw new Malformed(PathPattern.SYNTAX_ERROR);
      }
      return c;
    }
  }
}
