package dev.varve.image.dockerfile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One pattern for paths: {@code *} and {@code ?} stand for anything but a slash, {@code [a-z]} for
 * a class, {@code \} takes the next character as it is, and, in an ignore file, {@code **} stands
 * for any number of directories. Immutable.
 *
 * <p>Matched without going back, in time of the path's length times the pattern's.
 */
public final class PathPattern {
  static final String SYNTAX_ERROR = "syntax error in pattern";
  private static final int ANY = -1;
  private static final int ANY_NUMBER = -2;
  private static final int ANYTHING = -3;
  private static final int DIRECTORIES = -4;
  private static final int IN_DIRECTORIES = -5;
  private static final int FIRST_CLASS = -6;

  private final String text;
  private final int[] tokens;
  private final List<CharacterClass> classes = new ArrayList<>();
  private final String prefix;

  private PathPattern(String text, boolean doubleStars) {
    if (text.length() > Limits.PATTERN_CHARACTERS) {
      throw new Malformed("pattern is longer than " + Limits.PATTERN_CHARACTERS + " characters");
    }
    this.text = text;
    List<Integer> read = new ArrayList<>();
    int[] characters = text.codePoints().toArray();
    for (int at = 0; at < characters.length; ) {
      at = token(characters, at, doubleStars, read);
    }
    if (doubleStars) {
      widenLeadingStars(characters, read);
    }
    this.tokens = read.stream().mapToInt(Integer::intValue).toArray();
    StringBuilder literal = new StringBuilder();
    for (int i = 0; i < tokens.length && tokens[i] >= 0; i++) {
      literal.appendCodePoint(tokens[i]);
    }
    this.prefix = literal.toString();
  }

  /**
   * As Go's {@code filepath.Match} reads it: of COPY's and ADD's sources.
   *
   * @throws Malformed for a pattern that is none
   */
  static PathPattern ofSource(String text) {
    return new PathPattern(text, false);
  }

  /**
   * As an ignore file's line is read.
   *
   * @throws Malformed for a pattern that is none
   */
  static PathPattern ofIgnoreFile(String text) {
    return new PathPattern(text, true);
  }

  private int token(int[] characters, int at, boolean doubleStars, List<Integer> read) {
    int c = characters[at];
    boolean twice = at + 1 < characters.length && characters[at + 1] == '*';
    switch (c) {
      case '*' -> {
        if (twice && doubleStars) {
          return doubleStar(characters, at + 2, read);
        }
        read.add(ANY_NUMBER);
      }
      case '?' -> read.add(ANY);
      case '[' -> {
        CharacterClass.Reader reader = new CharacterClass.Reader(characters, at + 1);
        classes.add(reader.read());
        read.add(FIRST_CLASS - classes.size() + 1);
        return reader.end();
      }
      case '\\' -> {
        if (at + 1 == characters.length) {
          throw new Malformed(SYNTAX_ERROR);
        }
        read.add(characters[at + 1]);
        return at + 2;
      }
      default -> read.add(c);
    }
    return at + 1;
  }

  private static int doubleStar(int[] characters, int behind, List<Integer> read) {
    int at = behind < characters.length && characters[behind] == '/' ? behind + 1 : behind;
    if (at == characters.length) {
      read.add(ANYTHING);
    } else {
      read.add(DIRECTORIES);
      read.add(IN_DIRECTORIES);
    }
    return at;
  }

  /** Docker takes {@code **name} for "ends in name" when nothing else in there is special. */
  private static void widenLeadingStars(int[] characters, List<Integer> read) {
    boolean joined = read.size() > 2 && read.getFirst() == DIRECTORIES && characters[2] != '/';
    boolean plain = read.stream().skip(2).allMatch(token -> token >= 0);
    if (joined && plain && Arrays.stream(characters).noneMatch(c -> c == '\\')) {
      read.subList(0, 2).clear();
      read.addFirst(ANYTHING);
    }
  }

  /** The whole path. */
  public boolean matches(String path) {
    return path.startsWith(prefix) && run(path, false, false);
  }

  /** The path or one of the directories above it. */
  boolean matchesOrParent(String path) {
    return path.startsWith(prefix) && run(path, true, false);
  }

  /** Whether a path below a directory may match: where a walk need not go otherwise. */
  public boolean mayMatchBelow(String directory) {
    String start = directory.isEmpty() ? "" : directory + "/";
    return (start.startsWith(prefix) || prefix.startsWith(start))
        && (prefix.startsWith(start) || run(start, false, true));
  }

  private boolean run(String path, boolean parents, boolean begun) {
    boolean[] states = new boolean[tokens.length + 1];
    enter(states, prefix.codePointCount(0, prefix.length()));
    for (int at = prefix.length(); at < path.length(); ) {
      int c = path.codePointAt(at);
      if (parents && c == '/' && states[tokens.length]) {
        return true;
      }
      states = after(states, c);
      at += Character.charCount(c);
      if (states.length == 0) {
        return false;
      }
    }
    return begun || states[tokens.length];
  }

  /** The states behind one more character; none at all when nothing can match any more. */
  private boolean[] after(boolean[] states, int c) {
    boolean[] next = new boolean[tokens.length + 1];
    boolean alive = false;
    for (int i = 0; i < tokens.length; i++) {
      if (states[i] && takes(tokens[i], c)) {
        alive = true;
        switch (tokens[i]) {
          case ANY_NUMBER, ANYTHING -> enter(next, i);
          case IN_DIRECTORIES -> {
            next[i] = true;
            if (c == '/') {
              enter(next, i + 1);
            }
          }
          default -> enter(next, i + 1);
        }
      }
    }
    return alive ? next : new boolean[0];
  }

  private boolean takes(int token, int c) {
    return switch (token) {
      case ANY, ANY_NUMBER -> c != '/';
      case ANYTHING, IN_DIRECTORIES -> true;
      case DIRECTORIES -> false;
      default -> token >= 0 ? token == c : classes.get(FIRST_CLASS - token).contains(c);
    };
  }

  /** Also what comes behind tokens that may stand for nothing. */
  private void enter(boolean[] states, int from) {
    int state = from;
    while (!states[state]) {
      states[state] = true;
      if (state == tokens.length) {
        return;
      }
      switch (tokens[state]) {
        case ANY_NUMBER, ANYTHING -> state++;
        case DIRECTORIES -> {
          states[state + 1] = true;
          state += 2;
        }
        default -> {
          return;
        }
      }
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
