package dev.varve.image.adapter.archive;

import java.util.ArrayDeque;
import java.util.Deque;

/** Names of archive entries as places below one root; nothing is looked up in a file system. */
final class EntryNames {
  private EntryNames() {}

  /** True when a component is {@code ..}, wherever it would lead. */
  static boolean climbs(String name) {
    for (int start = 0; start <= name.length(); ) {
      int slash = name.indexOf('/', start);
      int end = slash < 0 ? name.length() : slash;
      if (end - start == 2 && name.startsWith("..", start)) {
        return true;
      }
      start = end + 1;
    }
    return false;
  }

  /**
   * The name without leading slash and empty or {@code .} components.
   *
   * @throws ArchiveFormatException when it climbs
   */
  static String clean(String name) throws ArchiveFormatException {
    if (climbs(name)) {
      throw new ArchiveFormatException(
          "invalid archive: " + ArchiveFormatException.quoted(name) + " is outside of the archive");
    }
    return join("", name, name);
  }

  /**
   * Where a symbolic link beside {@code linkName} leads.
   *
   * @throws ArchiveFormatException when it leads out of the archive
   */
  static String resolve(String linkName, String target) throws ArchiveFormatException {
    int slash = linkName.lastIndexOf('/');
    String base = target.startsWith("/") || slash < 0 ? "" : linkName.substring(0, slash);
    return join(base, target, linkName);
  }

  private static String join(String base, String path, String shown) throws ArchiveFormatException {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : (base + "/" + path).split("/", -1)) {
      if (part.equals("..")) {
        if (parts.pollLast() == null) {
          throw new ArchiveFormatException(
              "invalid symlink "
                  + ArchiveFormatException.quoted(shown)
                  + " -> "
                  + ArchiveFormatException.quoted(path));
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return String.join("/", parts);
  }
}
