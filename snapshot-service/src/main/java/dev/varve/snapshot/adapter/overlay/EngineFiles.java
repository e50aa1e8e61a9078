package dev.varve.snapshot.adapter.overlay;

import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import java.util.Set;

/**
 * What the engine and its runtime put into every root that the image left it out of: the mark of a
 * container, and places to mount on. Docker keeps them in a layer of their own, so that nobody sees
 * them as a change.
 */
final class EngineFiles {
  private static final Set<String> DIRECTORIES =
      Set.of("dev", "dev/pts", "dev/shm", "etc", "proc", "sys");
  private static final Set<String> EMPTY_FILES =
      Set.of(".dockerenv", "dev/console", "etc/hostname", "etc/hosts", "etc/resolv.conf");
  private static final String MOUNTS = "etc/mtab";
  private static final String MOUNTS_TARGET = "/proc/mounts";

  private EngineFiles() {}

  static boolean isKnown(String path) {
    return DIRECTORIES.contains(path) || EMPTY_FILES.contains(path) || path.equals(MOUNTS);
  }

  /** Whether it is as the engine made it. */
  static boolean isUntouched(
      FileCalls calls, int parent, String name, String path, FileStatus status)
      throws SystemCallException {
    if (path.equals(MOUNTS)) {
      return status.isSymlink() && calls.readlink(parent, name).equals(MOUNTS_TARGET);
    }
    return DIRECTORIES.contains(path)
        ? status.isDirectory()
        : EMPTY_FILES.contains(path) && status.isRegular() && status.size() == 0;
  }
}
