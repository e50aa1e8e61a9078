package dev.varve.image.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the exec form: a JSON array of strings. What is no JSON array is the shell form. */
final class JsonArray {
  static final String STRINGS_ONLY =
      "when using JSON array syntax, arrays must be comprised of strings only";
  private static final int MAX_DEPTH = 200;

  private final String text;
  private int at;

  private JsonArray(String text) {
    this.text = text;
  }

  /**
   * The strings; empty for text that is no JSON array.
   *
   * @throws Malformed for an array of other things
   */
  static Optional<List<String>> read(String text) {
    JsonArray json = new JsonArray(text);
    json.skipBlanks();
    if (!json.take('[')) {
      return Optional.empty();
    }
    try {
      return Optional.of(json.strings());
    } catch (NoJson e) {
      return Optional.empty();
    }
  }

  private List<String> strings() {
    List<String> strings = new ArrayList<>();
    boolean others = false;
    skipBlanks();
    if (!take(']')) {
      do {
        skipBlanks();
        if (peek() == '"') {
          strings.add(string());
        } else {
          value(1);
          others = true;
        }
        skipBlanks();
      } while (take(','));
      demand(']');
    }
    skipBlanks();
    if (at < text.length()) {
      throw new NoJson();
    }
    if (others) {
      throw new Malformed(STRINGS_ONLY);
    }
    return List.copyOf(strings);
  }

  private void value(int depth) {
    if (depth > MAX_DEPTH) {
      throw new NoJson();
    }
    skipBlanks();
    switch (peek()) {
      case '"' -> string();
      case '[' -> members(']', depth, false);
      case '{' -> members('}', depth, true);
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    }
    skipBlanks();
  }

  private void members(char end, int depth, boolean named) {
    at++;
    skipBlanks();
    if (take(end)) {
      return;
    }
    do {
      if (named) {
        skipBlanks();
        string();
        skipBlanks();
        demand(':');
      }
      value(depth + 1);
    } while (take(','));
    demand(end);
  }

  private void word(String word) {
    if (!text.startsWith(word, at)) {
      throw new NoJson();
    }
    at += word.length();
  }

  private void number() {
    take('-');
    if (!take('0')) {
      digits();
    }
    if (take('.')) {
      digits();
    }
    if (take('e') || take('E')) {
      if (!take('+')) {
        take('-');
      }
      digits();
    }
  }

  private void digits() {
    int start = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    if (at == start) {
      throw new NoJson();
    }
  }

  private String string() {
    demand('"');
    StringBuilder string = new StringBuilder();
    while (true) {
      char c = take();
      if (c == '"') {
        return string.toString();
      }
      if (c < ' ') {
        throw new NoJson();
      }
      string.append(c == '\\' ? escaped() : c);
    }
  }

  private char escaped() {
    char c = take();
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case '"', '\\', '/' -> c;
      case 'u' -> unit();
      default -> throw new NoJson();
    };
  }

  private char unit() {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(take(), 16);
      if (digit < 0) {
        throw new NoJson();
      }
      unit = unit * 16 + digit;
    }
    return (char) unit;
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private char take() {
    if (at == text.length()) {
      throw new NoJson();
    }
    return text.charAt(at++);
  }

  private boolean take(char wanted) {
    if (at < text.length() && text.charAt(at) == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private void demand(char wanted) {
    if (!take(wanted)) {
      throw new NoJson();
    }
  }

  /** It was the shell form. */
  private static final class NoJson extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoJson() {
      super(null, null, false, false);
    }
  }
}
