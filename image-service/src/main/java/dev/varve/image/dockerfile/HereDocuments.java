package dev.varve.image.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the marks of here-documents in an instruction's line. */
final class HereDocuments {
  private static final Pattern MARK = Pattern.compile("(\\d{0,9})<<(-?)\\s*([^<]*)");

  private HereDocuments() {}

  /** In their order, without contents; none in a text with a quote that does not end. */
  static List<HereDocument> marks(String line) {
    List<HereDocument> marks = new ArrayList<>();
    if (!line.contains("<<")) {
      return marks;
    }
    for (String word : verbatimWords(line)) {
      mark(word).ifPresent(marks::add);
    }
    return marks;
  }

  private static List<String> verbatimWords(String text) {
    try {
      return new ShellLexer(text, Variables.NONE, ShellLexer.Style.verbatim(), new Budget())
          .words();
    } catch (Malformed e) {
      return List.of();
    }
  }

  /** A word that is a mark and nothing else. */
  static Optional<HereDocument> mark(String word) {
    Matcher matcher = MARK.matcher(word);
    if (!matcher.matches() || matcher.group(3).isEmpty()) {
      return Optional.empty();
    }
    List<String> names = unquotedWords(matcher.group(3));
    if (names.size() != 1) {
      return Optional.empty();
    }
    String name = names.getFirst();
    boolean expands = quotes(name) == quotes(String.join(" ", verbatimWords(matcher.group(3))));
    boolean stripsTabs = !matcher.group(2).isEmpty();
    int descriptor = matcher.group(1).isEmpty() ? 0 : Integer.parseInt(matcher.group(1));
    return Optional.of(new HereDocument(name, expands, stripsTabs, "", descriptor));
  }

  private static List<String> unquotedWords(String text) {
    ShellLexer.Style style = new ShellLexer.Style('\\', false, false, false, true);
    try {
      return new ShellLexer(text, Variables.NONE, style, new Budget()).words();
    } catch (Malformed e) {
      return List.of();
    }
  }

  private static long quotes(String text) {
    return text.chars().filter(c -> c == '\'' || c == '"').count();
  }
}
