package dev.varve.image.dockerfile;

import java.util.Optional;

/** One {@code $name} or <code>${name...}</code>. */
final class Substitution {
  private static final String MISSING_END = "syntax error: missing '}'";
  private static final String SPECIAL = "@*#?-$!";

  private final ShellLexer lexer;

  Substitution(ShellLexer lexer) {
    this.lexer = lexer;
  }

  String read() {
    lexer.next();
    if (lexer.peek() == '{') {
      lexer.next();
      return lexer.spend(braced());
    }
    String name = name();
    if (name.isEmpty()) {
      return "$";
    }
    Optional<String> value = lexer.value(name);
    return lexer.spend(value.orElse(lexer.keepsUnset() ? "$" + name : ""));
  }

  private String name() {
    StringBuilder name = new StringBuilder();
    if (Character.isDigit(lexer.peek())) {
      while (Character.isDigit(lexer.peek())) {
        name.appendCodePoint(lexer.next());
      }
      return name.toString();
    }
    if (lexer.peek() > 0 && SPECIAL.indexOf(lexer.peek()) >= 0) {
      return Character.toString(lexer.next());
    }
    while (Character.isLetterOrDigit(lexer.peek()) || lexer.peek() == '_') {
      name.appendCodePoint(lexer.next());
    }
    return name.toString();
  }

  private String braced() {
    switch (lexer.peek()) {
      case ShellLexer.END -> throw new Malformed(MISSING_END);
      case '{', '}', ':' -> throw new Malformed("syntax error: bad substitution");
      default -> {}
    }
    String name = name();
    int modifier = lexer.next();
    return switch (modifier) {
      case '}' -> lexer.value(name).orElse(lexer.keepsUnset() ? "${" + name + "}" : "");
      case ':' -> conditional(name, lexer.next(), ":");
      case '-', '+', '?' -> conditional(name, modifier, "");
      case '#', '%' -> trimmed(name, (char) modifier);
      case '/' -> replaced(name);
      case ShellLexer.END -> throw new Malformed(MISSING_END);
      default -> throw unsupported(Character.toString(modifier));
    };
  }

  private static Malformed unsupported(String modifier) {
    return new Malformed("unsupported modifier (" + modifier + ") in substitution");
  }

  private String conditional(String name, int modifier, String colon) {
    if (modifier == ShellLexer.END) {
      throw new Malformed(MISSING_END);
    }
    String sign = colon + Character.toString(modifier);
    if (modifier != '-' && modifier != '+' && modifier != '?') {
      throw unsupported(sign);
    }
    String word = rest('}', false);
    Optional<String> set = lexer.value(name);
    if (set.isEmpty() && lexer.keepsUnset()) {
      return "${" + name + sign + word + "}";
    }
    Optional<String> value = colon.isEmpty() ? set : set.filter(v -> !v.isEmpty());
    return switch (modifier) {
      case '-' -> value.orElse(word);
      case '+' -> value.isPresent() ? word : "";
      default -> value.orElseThrow(() -> missing(name, word, set.isPresent()));
    };
  }

  private static Malformed missing(String name, String word, boolean empty) {
    String why = empty ? "is not allowed to be empty" : "is not allowed to be unset";
    return new Malformed(name + ": " + (word.isEmpty() ? why : word));
  }

  private String trimmed(String name, char sign) {
    String word = rest('}', true);
    Optional<String> value = lexer.value(name);
    if (value.isEmpty()) {
      return lexer.keepsUnset() ? "${" + name + sign + word + "}" : "";
    }
    boolean longest = !word.isEmpty() && word.charAt(0) == sign;
    ValuePattern pattern = ValuePattern.of(longest ? word.substring(1) : word);
    return sign == '#'
        ? pattern.withoutPrefix(value.get(), longest)
        : pattern.withoutSuffix(value.get(), longest);
  }

  private String replaced(String name) {
    boolean all = lexer.peek() == '/';
    if (all) {
      lexer.next();
    }
    String pattern = rest('/', true);
    String replacement = rest('}', true);
    Optional<String> value = lexer.value(name);
    if (value.isEmpty()) {
      return lexer.keepsUnset() ? "${" + name + "/" + pattern + "/" + replacement + "}" : "";
    }
    return ValuePattern.of(pattern).replace(value.get(), replacement, all);
  }

  private String rest(char stop, boolean keepEscapes) {
    try {
      return lexer.until(stop, keepEscapes, new ShellWords());
    } catch (Malformed e) {
      if (lexer.peek() == ShellLexer.END) {
        throw new Malformed(stop == '/' ? "syntax error: missing '/' in ${}" : MISSING_END);
      }
      throw e;
    }
  }
}
