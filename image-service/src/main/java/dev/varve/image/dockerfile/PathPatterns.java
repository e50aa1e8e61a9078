package dev.varve.image.dockerfile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Lines of a {@code .dockerignore}, {@code --exclude} patterns, or what {@code --parents} keeps:
 * the last one that matches a path or a directory above it decides, and {@code !} takes back.
 * Immutable.
 *
 * <p>Paths are relative, cleaned, with {@code /} between names.
 */
public final class PathPatterns {
  /** None at all: matches nothing. */
  public static final PathPatterns NONE = new PathPatterns(List.of());

  private final List<Rule> rules;

  private record Rule(PathPattern pattern, boolean takesBack) {}

  private PathPatterns(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /**
   * Of an ignore file: without comments, a slash in front means nothing.
   *
   * @throws DockerfileException for a pattern that is none
   */
  public static PathPatterns ofIgnoreFile(byte[] file) {
    if (file.length > Limits.FILE_BYTES) {
      throw new DockerfileException("ignore file is larger than " + Limits.FILE_BYTES + " bytes");
    }
    String text = new String(file, StandardCharsets.UTF_8);
    List<String> patterns = new ArrayList<>();
    text.substring(text.startsWith("\uFEFF") ? 1 : 0)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .forEach(line -> patterns.add(fromRoot(line)));
    return of(patterns);
  }

  private static String fromRoot(String line) {
    boolean takesBack = line.startsWith("!");
    String pattern = takesBack ? line.substring(1).strip() : line;
    if (!pattern.isEmpty()) {
      pattern = Paths.cleaned(pattern);
      pattern = pattern.length() > 1 && pattern.startsWith("/") ? pattern.substring(1) : pattern;
    }
    return takesBack ? "!" + pattern : pattern;
  }

  /**
   * Of patterns as {@code --exclude} gives them.
   *
   * @throws DockerfileException for a pattern that is none
   */
  public static PathPatterns of(List<String> patterns) {
    if (patterns.size() > Limits.PATTERNS) {
      throw new DockerfileException("more than " + Limits.PATTERNS + " patterns");
    }
    List<Rule> rules = new ArrayList<>();
    for (String pattern : patterns) {
      String stripped = pattern.strip();
      if (!stripped.isEmpty()) {
        rules.add(rule(Paths.cleaned(stripped)));
      }
    }
    return new PathPatterns(rules);
  }

  private static Rule rule(String pattern) {
    if (pattern.equals("!")) {
      throw new DockerfileException("illegal exclusion pattern: \"!\"");
    }
    boolean takesBack = pattern.startsWith("!");
    try {
      return new Rule(
          PathPattern.ofIgnoreFile(takesBack ? pattern.substring(1) : pattern), takesBack);
    } catch (Malformed e) {
      throw new DockerfileException(e.reason() + ": " + Quoted.of(pattern));
    }
  }

  /**
   * Where an ignore file may be, seen from the context's root; the first that is there counts.
   *
   * @param dockerfile its path in the context
   */
  public static List<String> ignoreFiles(String dockerfile) {
    return List.of(Paths.belowRoot(dockerfile + ".dockerignore"), ".dockerignore");
  }

  public boolean isEmpty() {
    return rules.isEmpty();
  }

  /** Whether the last word on a path is that it matches. */
  public boolean matches(String path) {
    boolean matched = false;
    for (Rule rule : rules) {
      if (rule.takesBack() == matched && rule.pattern().matchesOrParent(path)) {
        matched = !rule.takesBack();
      }
    }
    return matched;
  }

  /** Whether below a directory that matches something may be taken back. */
  public boolean mayTakeBackBelow(String directory) {
    return rules.stream()
        .anyMatch(rule -> rule.takesBack() && rule.pattern().mayMatchBelow(directory));
  }

  /** Whether below a directory that does not match something may. */
  public boolean mayMatchBelow(String directory) {
    return rules.stream()
        .anyMatch(rule -> !rule.takesBack() && rule.pattern().mayMatchBelow(directory));
  }

  /** Whether any takes back. */
  boolean takesBack() {
    return rules.stream().anyMatch(Rule::takesBack);
  }

  /** Whether everything is matched at once, whatever its name. */
  boolean matchesEverything() {
    return rules.stream()
        .filter(rule -> !rule.takesBack())
        .map(rule -> rule.pattern().toString())
        .anyMatch(text -> text.equals("*") || text.equals("**") || text.equals("**/*"));
  }
}
