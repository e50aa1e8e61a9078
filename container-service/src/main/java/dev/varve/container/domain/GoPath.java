package dev.varve.container.domain;

import java.util.ArrayList;
import java.util.List;

/** Paths as Docker's own language cleans them, without looking at any file. */
final class GoPath {
  private GoPath() {}

  static boolean isAbsolute(String path) {
    return path.startsWith("/");
  }

  /** The shortest path of the same meaning: {@code .} and {@code ..} gone, none above the root. */
  static String clean(String path) {
    List<String> kept = new ArrayList<>();
    boolean absolute = isAbsolute(path);
    for (String part : path.split("/")) {
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (!part.equals("..")) {
        kept.add(part);
      } else if (!kept.isEmpty() && !kept.getLast().equals("..")) {
        kept.removeLast();
      } else if (!absolute) {
        kept.add(part);
      }
    }
    String joined = String.join("/", kept);
    return absolute ? "/" + joined : joined.isEmpty() ? "." : joined;
  }

  /** Whether a relative path stays below where it begins. */
  static boolean isLocal(String path) {
    String clean = clean(path);
    return !path.isEmpty() && !isAbsolute(path) && !clean.equals("..") && !clean.startsWith("../");
  }
}
