package dev.varve.image.dockerfile;

import java.util.List;
import java.util.Optional;

/**
 * Reads quotes, escapes and variables of one text as a shell does, as far as Docker goes along.
 *
 * <p>Used for one text by one thread.
 */
final class ShellLexer {
  static final int END = -1;

  private final String text;
  private final Variables variables;
  private final Style style;
  private final Budget budget;
  private int at;
  private int depth;

  /**
   * What is left as it was written.
   *
   * @param escape the escape character
   * @param keepQuotes quotes protect, and stay
   * @param keepEscapes escapes protect, and stay
   * @param plainQuotes quotes are characters like others: here-documents
   * @param keepUnset variables without a value stay
   */
  record Style(
      char escape,
      boolean keepQuotes,
      boolean keepEscapes,
      boolean plainQuotes,
      boolean keepUnset) {

    static Style expanding(char escape) {
      return new Style(escape, false, false, false, false);
    }

    static Style document() {
      return new Style('\\', false, false, true, false);
    }

    static Style verbatim() {
      return new Style('\\', true, true, false, true);
    }
  }

  ShellLexer(String text, Variables variables, Style style, Budget budget) {
    this.text = text;
    this.variables = variables;
    this.style = style;
    this.budget = budget;
  }

  /**
   * All of it as one word.
   *
   * @throws Malformed with Docker's text
   */
  String word() {
    return until(END, style.keepEscapes(), new ShellWords());
  }

  /**
   * Cut into words.
   *
   * @throws Malformed with Docker's text
   */
  List<String> words() {
    ShellWords words = new ShellWords();
    until(END, style.keepEscapes(), words);
    return words.end();
  }

  /** Up to a character, which is passed, or the end. */
  String until(int stop, boolean keepEscapes, ShellWords words) {
    if (++depth > Limits.NESTED_EXPANSIONS) {
      throw new Malformed("variables are nested too deeply");
    }
    StringBuilder result = new StringBuilder();
    for (int c = peek(); c != END; c = peek()) {
      if (c == stop) {
        next();
        depth--;
        return result.toString();
      }
      step(c, keepEscapes, result, words);
      if (result.length() > Limits.WORD_CHARACTERS) {
        throw new Malformed("word is longer than " + Limits.WORD_CHARACTERS + " characters");
      }
    }
    if (stop != END) {
      throw new Malformed(
          "unexpected end of statement while looking for matching " + Character.toString(stop));
    }
    depth--;
    return result.toString();
  }

  private void step(int c, boolean keepEscapes, StringBuilder result, ShellWords words) {
    if (c == '$') {
      String value = new Substitution(this).read();
      result.append(value);
      words.add(value);
    } else if (c == '<' || (!style.plainQuotes() && (c == '\'' || c == '"'))) {
      String part = c == '<' ? arrows() : quoted(c, keepEscapes);
      result.append(part);
      words.addProtected(part);
    } else if (c == style.escape()) {
      next();
      if (peek() == END) {
        return;
      }
      String escaped = Character.toString(next());
      String part = keepEscapes ? style.escape() + escaped : escaped;
      result.append(part);
      words.addProtected(part);
    } else {
      result.appendCodePoint(next());
      words.add(c);
    }
  }

  /** A here-document's mark may have blanks in front of its name. */
  private String arrows() {
    next();
    if (peek() != '<') {
      return "<";
    }
    int start = at - 1;
    next();
    while (peek() == ' ' || peek() == '\t' || peek() == '\r') {
      next();
    }
    return text.substring(start, at);
  }

  private String quoted(int quote, boolean keepEscapes) {
    next();
    StringBuilder result = new StringBuilder();
    while (peek() != quote) {
      int c = peek();
      if (c == END) {
        throw new Malformed(
            "unexpected end of statement while looking for matching "
                + (quote == '"' ? "double-quote" : "single-quote"));
      }
      if (quote == '"' && c == '$') {
        result.append(new Substitution(this).read());
      } else if (quote == '"' && c == style.escape()) {
        escapedInQuotes(keepEscapes, result);
      } else {
        result.appendCodePoint(next());
      }
    }
    next();
    return style.keepQuotes() ? (char) quote + result.toString() + (char) quote : result.toString();
  }

  private void escapedInQuotes(boolean keepEscapes, StringBuilder result) {
    int escape = next();
    int c = peek();
    boolean special = c == '"' || c == '$' || c == escape;
    if (keepEscapes || (!special && c != END)) {
      result.appendCodePoint(escape);
    }
    if (special) {
      result.appendCodePoint(next());
    }
  }

  int peek() {
    return at < text.length() ? text.codePointAt(at) : END;
  }

  int next() {
    if (at >= text.length()) {
      return END;
    }
    int c = text.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  Optional<String> value(String name) {
    return variables.value(name);
  }

  boolean keepsUnset() {
    return style.keepUnset();
  }

  /** Counts what a variable adds. */
  String spend(String value) {
    budget.spend(value.length());
    return value;
  }
}
