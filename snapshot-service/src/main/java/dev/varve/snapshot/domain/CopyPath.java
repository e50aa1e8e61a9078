package dev.varve.snapshot.domain;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * A path in a container as {@code docker cp} means it: made clean by its words, before any link is
 * looked at, except that a slash or a dot at its end stays, which says "the directory itself".
 *
 * @param asked as the client wrote it, for messages; byte string, as {@code text}
 * @param text absolute
 * @param name the last one of it: what a copy is called
 */
public record CopyPath(String asked, String text, String name) {

  /**
   * @param asked byte string; a relative one begins at the root
   */
  public static CopyPath of(String asked) {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : asked.split("/", -1)) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    String clean = "/" + String.join("/", parts);
    if (base(asked).equals(".")) {
      clean = clean.endsWith("/") ? clean + "." : clean + "/.";
    }
    if (asked.endsWith("/") && !clean.endsWith("/")) {
      clean += "/";
    }
    return new CopyPath(asked, clean, base(clean));
  }

  /** Whether it must be a directory, and a last link is followed. */
  public boolean isDirectory() {
    return text.endsWith("/") || text.endsWith("/.");
  }

  /** The same as a directory, a last link followed. */
  public CopyPath asDirectory() {
    return isDirectory() ? this : new CopyPath(asked, text + "/", name);
  }

  /**
   * The same as seen from a directory that it leads through, by its words; empty if it does not.
   */
  public Optional<CopyPath> below(String directory) {
    if (!text.startsWith(directory)) {
      return Optional.empty();
    }
    String rest = text.substring(directory.length());
    return rest.isEmpty() || rest.startsWith("/")
        ? Optional.of(new CopyPath(asked, rest.isEmpty() ? "/" : rest, name))
        : Optional.empty();
  }

  /** Without what its end says, and relative; empty for the root. */
  public String relative() {
    int end = text.length();
    while (end > 0
        && (text.charAt(end - 1) == '/'
            || (text.charAt(end - 1) == '.' && end > 1 && text.charAt(end - 2) == '/'))) {
      end--;
    }
    return end == 0 ? "" : text.substring(1, end);
  }

  private static String base(String path) {
    int end = path.length();
    while (end > 1 && path.charAt(end - 1) == '/') {
      end--;
    }
    String trimmed = path.substring(0, end);
    return trimmed.equals("/") ? trimmed : trimmed.substring(trimmed.lastIndexOf('/') + 1);
  }
}
