package dev.varve.image.adapter.archive;

import dev.varve.archive.ArchiveRefusedException;
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
   * @throws ArchiveRefusedException when it climbs
   */
  static String clean(String name) throws ArchiveRefusedException {
    if (climbs(name)) {
      throw new ArchiveRefusedException(
          "invalid archive: "
              + ArchiveRefusedException.quoted(name)
              + " is outside of the archive");
    }
    return join("", name, name);
  }

  /**
   * Where a symbolic link beside {@code linkName} leads.
   *
   * @throws ArchiveRefusedException when it leads out of the archive
   */
  static String resolve(String linkName, String target) throws ArchiveRefusedException {
    int slash = linkName.lastIndexOf('/');
    String base = target.startsWith("/") || slash < 0 ? "" : linkName.substring(0, slash);
    return join(base, target, linkName);
  }

  private static String join(String base, String path, String shown)
      throws ArchiveRefusedException {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : (base + "/" + path).split("/", -1)) {
      if (part.equals("..")) {
        if (parts.pollLast() == null) {
          throw new ArchiveRefusedException(
              "invalid symlink "
                  + ArchiveRefusedException.quoted(shown)
                  + " -> "
                  + ArchiveRefusedException.quoted(path));
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return String.join("/", parts);
  }
}
