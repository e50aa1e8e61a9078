package dev.varve.image.dockerfile;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes the parser directives at a file's head; the first line that is none ends them. */
final class DirectiveReader {
  static final char DEFAULT_ESCAPE = '\\';
  private static final String ESCAPE = "escape";
  private static final Set<String> NAMES = Set.of("syntax", ESCAPE, "check");
  private static final Pattern DIRECTIVE =
      Pattern.compile("#\\s*([a-zA-Z][a-zA-Z0-9]*)\\s*=\\s*(\\S.*)");

  private final Map<String, String> found = new HashMap<>();
  private boolean done;

  /** One that takes no more lines. */
  static DirectiveReader done(char escape) {
    DirectiveReader reader = new DirectiveReader();
    reader.found.put(ESCAPE, String.valueOf(escape));
    reader.done = true;
    return reader;
  }

  /**
   * Whether the line is one.
   *
   * @param line without blanks around
   * @throws Malformed when it may not be there
   */
  boolean takes(String line) {
    Matcher matcher = DIRECTIVE.matcher(line);
    if (done || !matcher.matches()) {
      done = true;
      return false;
    }
    String name = matcher.group(1).toLowerCase(Locale.ROOT);
    if (!NAMES.contains(name)) {
      done = true;
      return false;
    }
    String value = matcher.group(2);
    if (found.putIfAbsent(name, value) != null) {
      throw new Malformed("only one " + name + " parser directive can be used");
    }
    if (name.equals(ESCAPE) && !value.equals("\\") && !value.equals("`")) {
      throw new Malformed(
          "invalid escape token '" + value + "' does not match ` or \\", matcher.start(2));
    }
    return true;
  }

  char escape() {
    return found.getOrDefault(ESCAPE, String.valueOf(DEFAULT_ESCAPE)).charAt(0);
  }

  Directives directives() {
    return new Directives(
        Optional.ofNullable(found.get("syntax")),
        escape(),
        Optional.ofNullable(found.get("check")));
  }
}
