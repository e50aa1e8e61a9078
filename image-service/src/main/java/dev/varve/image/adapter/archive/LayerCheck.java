package dev.varve.image.adapter.archive;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Walks a layer's tar to its end and refuses what no honest layer holds: names and hard links that
 * climb out, names that no file system takes, whiteouts of nothing, torn or lying headers.
 */
final class LayerCheck {
  private static final int MAX_COMPONENT = 255;
  private static final int MAX_NAME = 4095;
  private static final String WHITEOUT = ".wh.";

  private LayerCheck() {}

  static void walk(InputStream tar, long maxEntries) throws IOException {
    TarReader reader = new TarReader(tar);
    long entries = 0;
    for (@Nullable TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
      if (++entries > maxEntries) {
        throw new ArchiveFormatException("invalid layer: more than " + maxEntries + " entries");
      }
      checkName(entry.name());
      if (entry.kind() == TarEntry.Kind.HARD_LINK && EntryNames.climbs(entry.linkName())) {
        throw new ArchiveFormatException(
            "invalid hardlink "
                + ArchiveFormatException.quoted(entry.name())
                + " -> "
                + ArchiveFormatException.quoted(entry.linkName()));
      }
    }
  }

  private static void checkName(String name) throws ArchiveFormatException {
    if (EntryNames.climbs(name)) {
      throw new ArchiveFormatException(
          ArchiveFormatException.quoted(name) + " is outside of the layer");
    }
    if (name.length() > MAX_NAME) {
      throw new ArchiveFormatException(
          "file name too long: " + ArchiveFormatException.quoted(name));
    }
    for (int start = 0; start < name.length(); ) {
      int slash = name.indexOf('/', start);
      int end = slash < 0 ? name.length() : slash;
      checkComponent(name, start, end);
      start = end + 1;
    }
  }

  private static void checkComponent(String name, int start, int end)
      throws ArchiveFormatException {
    if (end - start > MAX_COMPONENT) {
      throw new ArchiveFormatException(
          "file name too long: " + ArchiveFormatException.quoted(name));
    }
    if (name.startsWith(WHITEOUT, start) && end - start <= WHITEOUT.length() + 2) {
      String hidden = name.substring(start + WHITEOUT.length(), end);
      if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
        throw new ArchiveFormatException("invalid whiteout " + ArchiveFormatException.quoted(name));
      }
    }
  }
}
