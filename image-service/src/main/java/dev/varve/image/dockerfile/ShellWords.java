package dev.varve.image.dockerfile;

import java.util.ArrayList;
import java.util.List;

/** Collects the words of an expansion: cut at blanks that no quote protects. */
final class ShellWords {
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();

  /** A character that ends a word when it is a blank. */
  void add(int c) {
    if (!Character.isWhitespace(c)) {
      word.appendCodePoint(c);
    } else if (!word.isEmpty()) {
      words.add(word.toString());
      word.setLength(0);
    }
  }

  /** A value that was not quoted. */
  void add(String value) {
    value.codePoints().forEach(this::add);
  }

  /** Blanks count as any other character. */
  void addProtected(String text) {
    word.append(text);
  }

  List<String> end() {
    add(' ');
    return words;
  }
}
