package dev.varve.gateway.buildkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * An ignore file as the patterns by which a client leaves out files. That only saves the way: the
 * builder goes by the file itself.
 */
final class IgnoreFile {
  private static final int MOST_PATTERNS = 10_000;

  private IgnoreFile() {}

  static List<String> patterns(byte[] file) {
    List<String> patterns = new ArrayList<>();
    String text = new String(file, StandardCharsets.UTF_8);
    text.substring(text.startsWith("\uFEFF") ? 1 : 0)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .limit(MOST_PATTERNS)
        .forEach(line ->
            patterns.add(
                line.startsWith("!") ? "!" + clean(line.substring(1).strip()) : clean(line)));
    return patterns;
  }

  /** From the context's root, as the client's matcher wants it. */
  private static String clean(String pattern) {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : pattern.split("/", -1)) {
      if (part.equals("..") && !parts.isEmpty()) {
        parts.removeLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return parts.isEmpty() ? "." : String.join("/", parts);
  }
}
