package dev.varve.image.adapter.archive;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.archive.TarEntry;
import dev.varve.archive.TarLimits;
import dev.varve.archive.TarReader;
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
    TarReader reader = new TarReader(tar, new TarLimits(Long.MAX_VALUE, maxEntries));
    for (@Nullable TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
      checkName(entry.name());
      if (entry.type() == TarEntry.Type.HARD_LINK && EntryNames.climbs(entry.linkName())) {
        throw new ArchiveRefusedException(
            "invalid hardlink "
                + ArchiveRefusedException.quoted(entry.name())
                + " -> "
                + ArchiveRefusedException.quoted(entry.linkName()));
      }
    }
  }

  private static void checkName(String name) throws ArchiveRefusedException {
    if (EntryNames.climbs(name)) {
      throw new ArchiveRefusedException(
          ArchiveRefusedException.quoted(name) + " is outside of the layer");
    }
    if (name.length() > MAX_NAME) {
      throw new ArchiveRefusedException(
          "file name too long: " + ArchiveRefusedException.quoted(name));
    }
    for (int start = 0; start < name.length(); ) {
      int slash = name.indexOf('/', start);
      int end = slash < 0 ? name.length() : slash;
      checkComponent(name, start, end);
      start = end + 1;
    }
  }

  private static void checkComponent(String name, int start, int end)
      throws ArchiveRefusedException {
    if (end - start > MAX_COMPONENT) {
      throw new ArchiveRefusedException(
          "file name too long: " + ArchiveRefusedException.quoted(name));
    }
    if (name.startsWith(WHITEOUT, start) && end - start <= WHITEOUT.length() + 2) {
      String hidden = name.substring(start + WHITEOUT.length(), end);
      if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
        throw new ArchiveRefusedException(
            "invalid whiteout " + ArchiveRefusedException.quoted(name));
      }
    }
  }
}
