package dev.varve.image.dockerfile;

import java.util.ArrayList;
import java.util.List;

/** Ways in which instructions cut their line into words; nothing is expanded yet. */
final class Words {
  private Words() {}

  /**
   * A word and where it begins.
   *
   * @param offset in the text that was cut
   */
  record Word(String text, int offset) {}

  /**
   * The flags at a text's head and where what follows them begins.
   *
   * @param rest offset of the first character behind the flags; the text's length when there is
   *     none
   */
  record Flagged(List<Word> flags, int rest) {}

  static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\f' || c == '\r' || c == '\u000B';
  }

  static int skipBlanks(String text, int from) {
    int at = from;
    while (at < text.length() && isBlank(text.charAt(at))) {
      at++;
    }
    return at;
  }

  static int endOfWord(String text, int from) {
    int at = from;
    while (at < text.length() && !isBlank(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /** Cut at blanks; quotes mean nothing. */
  static List<Word> atBlanks(String text, int from) {
    List<Word> words = new ArrayList<>();
    for (int at = skipBlanks(text, from); at < text.length(); at = skipBlanks(text, at)) {
      int end = endOfWord(text, at);
      words.add(new Word(text.substring(at, end), at));
      at = end;
    }
    return words;
  }

  /** Cut at blanks outside of quotes; quotes and escapes stay in the words. */
  static List<Word> outsideQuotes(String text, int from, char escape) {
    List<Word> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    char quote = 0;
    int start = -1;
    for (int at = from; at < text.length(); at++) {
      char c = text.charAt(at);
      if (start < 0 && Character.isWhitespace(c)) {
        continue;
      }
      if (quote == 0 && Character.isWhitespace(c)) {
        words.add(new Word(word.toString(), start));
        word.setLength(0);
        start = -1;
        continue;
      }
      start = start < 0 ? at : start;
      if (c == escape && quote != '\'') {
        if (at + 1 == text.length()) {
          break;
        }
        word.append(c).append(text.charAt(++at));
        continue;
      }
      word.append(c);
      if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      }
    }
    if (!word.isEmpty()) {
      words.add(new Word(word.toString(), start));
    }
    return words;
  }

  /** The words that begin with {@code --}, quotes and escapes taken away, up to the first other. */
  static Flagged flags(String text, int from, char escape) {
    List<Word> flags = new ArrayList<>();
    int at = skipBlanks(text, from);
    while (text.startsWith("--", at)) {
      StringBuilder flag = new StringBuilder();
      int end = flag(text, at, escape, flag);
      if (flag.toString().equals("--")) {
        return new Flagged(flags, skipBlanks(text, end));
      }
      flags.add(new Word(flag.toString(), at));
      at = skipBlanks(text, end);
    }
    return new Flagged(flags, at);
  }

  private static int flag(String text, int from, char escape, StringBuilder flag) {
    char quote = 0;
    int at = from;
    while (at < text.length() && (quote != 0 || !isBlank(text.charAt(at)))) {
      char c = text.charAt(at++);
      if (c == escape) {
        if (at < text.length()) {
          flag.append(text.charAt(at++));
        }
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (quote != 0 && c == quote) {
        quote = 0;
      } else {
        flag.append(c);
      }
    }
    return at;
  }
}
