package dev.varve.snapshot.adapter.overlay;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.linux.files.Directory;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Finds a file in the layers below the one being applied, the way the overlay would show it:
 * whiteouts and opaque directories of upper layers hide what is below them. Links on the way are
 * not followed.
 */
final class LowerFiles {

  /** What to do with a file found: the descriptor is closed afterwards. */
  @FunctionalInterface
  interface Found {
    void at(int parent, FileStatus status) throws IOException;
  }

  private enum Result {
    FOUND,
    BELOW,
    HIDDEN
  }

  private final FileCalls calls;
  private final List<LayerDirectory> lower;

  /** A layer's files and whether its root hides all layers below. */
  record LayerDirectory(Path files, boolean opaqueRoot) {}

  /**
   * @param lower top first
   */
  LowerFiles(FileCalls calls, List<LayerDirectory> lower) {
    this.calls = calls;
    this.lower = lower;
  }

  /**
   * @throws ArchiveRefusedException when no layer shows such a file
   */
  void find(EntryPath path, Found found) throws IOException {
    for (LayerDirectory layer : lower) {
      Result result;
      try (Directory root = Directory.open(calls, layer.files())) {
        result = findIn(root, path.text().split("/", -1), 0, found, layer.opaqueRoot());
      }
      switch (result) {
        case FOUND -> {
          return;
        }
        case BELOW -> {}
        case HIDDEN -> throw missing(path);
      }
    }
    throw missing(path);
  }

  private Result findIn(Directory at, String[] parts, int next, Found found, boolean opaque)
      throws IOException {
    FileStatus status = calls.statIfThere(at.fd(), parts[next]);
    if (status == null) {
      return opaque ? Result.HIDDEN : Result.BELOW;
    }
    if (next == parts.length - 1) {
      if (status.isWhiteout() || status.isDirectory()) {
        return Result.HIDDEN;
      }
      found.at(at.fd(), status);
      return Result.FOUND;
    }
    if (!status.isDirectory()) {
      return Result.HIDDEN;
    }
    boolean hides = opaque || calls.getXattr(at.fd(), parts[next], LayerApplier.OPAQUE) != null;
    try (Directory child = at.child(parts[next])) {
      return findIn(child, parts, next + 1, found, hides);
    }
  }

  private static ArchiveRefusedException missing(EntryPath path) {
    return new ArchiveRefusedException("hard link to a missing file: " + path.quoted());
  }
}
