package dev.varve.image.adapter.tree;

import dev.varve.archive.TarEntry;
import dev.varve.archive.TarLimits;
import dev.varve.archive.TarReader;
import dev.varve.archive.TarWriter;
import dev.varve.image.application.build.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Predicate;

/** Copies a layer's tar entry by entry, changing what is to be changed. */
final class LayerCopy {
  private static final String WHITEOUT = ".wh.";

  private LayerCopy() {}

  static void copy(
      InputStream from,
      TarWriter to,
      Optional<Long> latest,
      Optional<Predicate<String>> without,
      TarLimits limits)
      throws IOException {
    TarReader tar = new TarReader(from, limits);
    for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
      String path = String.join("/", FileTree.parts(entry.name()));
      if (without.isEmpty() || !without.get().test(withoutMark(path))) {
        to.add(clamped(entry, latest), tar.content());
      }
    }
    to.finish();
  }

  /** A deletion concerns what is deleted. */
  private static String withoutMark(String path) {
    int slash = path.lastIndexOf('/') + 1;
    return path.startsWith(WHITEOUT, slash) && !path.startsWith(WHITEOUT + WHITEOUT, slash)
        ? path.substring(0, slash) + path.substring(slash + WHITEOUT.length())
        : path;
  }

  private static TarEntry clamped(TarEntry entry, Optional<Long> latest) {
    if (latest.isEmpty() || entry.modifiedSeconds() < latest.get()) {
      return entry;
    }
    return new TarEntry(
        entry.type(),
        entry.name(),
        entry.linkName(),
        entry.mode(),
        entry.uid(),
        entry.gid(),
        entry.size(),
        latest.get(),
        0,
        entry.deviceMajor(),
        entry.deviceMinor(),
        entry.xattrs(),
        entry.sparse());
  }
}
