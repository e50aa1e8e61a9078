package dev.varve.snapshot.adapter.overlay;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.linux.files.ByteNames;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * An archive's name, cleaned: relative to the root, without empty parts, {@code .} and {@code ..}.
 *
 * @param text byte string; empty for the root itself
 */
record EntryPath(String text) {

  /**
   * Cleans by words, as Docker does, before any link is looked at.
   *
   * @throws ArchiveRefusedException when the name leads out of the root or is none
   */
  static EntryPath of(String raw) throws ArchiveRefusedException {
    if (raw.isEmpty() || raw.indexOf('\0') >= 0) {
      throw new ArchiveRefusedException("invalid name in layer: " + quoted(raw));
    }
    EntryPath clean = clean(raw);
    if (clean == null) {
      throw new ArchiveRefusedException("name leads out of the layer: " + quoted(raw));
    }
    return clean;
  }

  /** Null when the name leads out. */
  static @Nullable EntryPath clean(String raw) {
    if (isClean(raw)) {
      return new EntryPath(raw);
    }
    Deque<String> parts = new ArrayDeque<>();
    for (String part : raw.split("/", -1)) {
      if (part.equals("..")) {
        if (parts.pollLast() == null) {
          return null;
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return new EntryPath(String.join("/", parts));
  }

  /** The common case, told without taking the name apart. */
  private static boolean isClean(String raw) {
    return !raw.isEmpty()
        && raw.charAt(0) != '/'
        && raw.charAt(raw.length() - 1) != '/'
        && !raw.contains("//")
        && raw.charAt(0) != '.'
        && !raw.contains("/.");
  }

  /** This name below a directory. */
  EntryPath below(EntryPath directory) {
    return directory.isRoot()
        ? this
        : isRoot() ? directory : new EntryPath(directory.text + "/" + text);
  }

  boolean isRoot() {
    return text.isEmpty();
  }

  EntryPath parent() {
    int slash = text.lastIndexOf('/');
    return new EntryPath(slash < 0 ? "" : text.substring(0, slash));
  }

  String name() {
    return text.substring(text.lastIndexOf('/') + 1);
  }

  /** Quoted for a message; control characters must not reach a terminal. */
  String quoted() {
    return quoted(text);
  }

  private static String quoted(String name) {
    StringBuilder quoted = new StringBuilder("\"");
    ByteNames.toText(name)
        .codePoints()
        .limit(256)
        .forEach(c -> {
          if (Character.isISOControl(c)) {
            quoted.append("\\x%02x".formatted(c));
          } else {
            quoted.appendCodePoint(c);
          }
        });
    return quoted.append('"').toString();
  }
}
