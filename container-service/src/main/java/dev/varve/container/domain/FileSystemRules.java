package dev.varve.container.domain;

import dev.varve.eventlog.Problem;
import java.util.Optional;

/** What Docker refuses about a container's own file systems. */
final class FileSystemRules {
  private FileSystemRules() {}

  static Optional<Problem> refusal(FileSystems fileSystems) {
    if (fileSystems.shmSize() < 0) {
      return refuse("SHM size can not be less than 0");
    }
    for (String path : fileSystems.tmpfs().keySet()) {
      if (!path.startsWith("/")) {
        return refuse("invalid mount path: '" + path + "' mount path must be absolute");
      }
      if (isRoot(path)) {
        return refuse("invalid specification: destination can't be '/'");
      }
    }
    for (String option : fileSystems.storageOpt().keySet()) {
      return refuse(
          option.equals("size")
              ? "--storage-opt is supported only for overlay over xfs with 'pquota' mount option"
              : "Unknown option " + option);
    }
    return Optional.empty();
  }

  /** Whether the path leads no deeper than the root, whatever detours it makes. */
  private static boolean isRoot(String path) {
    int depth = 0;
    for (String name : path.split("/")) {
      switch (name) {
        case "", "." -> {}
        case ".." -> depth = Math.max(0, depth - 1);
        default -> depth++;
      }
    }
    return depth == 0;
  }

  private static Optional<Problem> refuse(String message) {
    return Optional.of(Refusals.invalid(message));
  }
}
