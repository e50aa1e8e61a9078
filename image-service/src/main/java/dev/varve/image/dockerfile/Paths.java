package dev.varve.image.dockerfile;

import java.util.ArrayDeque;
import java.util.Deque;

/** Paths as text, with {@code /} between names. */
final class Paths {
  private Paths() {}

  /** The shortest path that says the same: {@code .} for nothing, no slash at the end. */
  static String cleaned(String path) {
    boolean rooted = path.startsWith("/");
    Deque<String> names = new ArrayDeque<>();
    for (String name : path.split("/", -1)) {
      if (name.equals("..") && !names.isEmpty() && !names.getLast().equals("..")) {
        names.removeLast();
      } else if (name.equals("..") ? !rooted : !name.isEmpty() && !name.equals(".")) {
        names.addLast(name);
      }
    }
    String joined = String.join("/", names);
    return rooted ? "/" + joined : joined.isEmpty() ? "." : joined;
  }

  /** Cleaned, seen from the root, which nothing leads out of. */
  static String absolute(String path) {
    return cleaned("/" + path);
  }

  /** As {@link #absolute}, without the slash in front; empty for the root. */
  static String belowRoot(String path) {
    return absolute(path).substring(1);
  }

  /** The last name; {@code .} or {@code /} when there is none. */
  static String last(String path) {
    String cleaned = cleaned(path);
    return cleaned.length() == 1 ? cleaned : cleaned.substring(cleaned.lastIndexOf('/') + 1);
  }
}
