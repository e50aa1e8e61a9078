package dev.varve.snapshot.adapter.overlay;

import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.process.Descriptor;

/**
 * An inode held by a handle ({@code O_PATH}): what was looked at is then what is opened or changed,
 * whatever stands under its name by now. Opening by name what turns out to be a device could set it
 * off.
 */
final class HeldFile {
  private HeldFile() {}

  /** Takes hold of a name, a link itself if it is one. */
  static Descriptor hold(FileCalls calls, int dir, String name) throws SystemCallException {
    return Descriptor.of(calls.open(dir, name, FileCalls.O_PATH | FileCalls.O_NOFOLLOW, 0));
  }

  /** For reading; only a regular file. */
  static Descriptor open(FileCalls calls, Descriptor handle) throws SystemCallException {
    return Descriptor.of(calls.open(FileCalls.AT_FDCWD, path(handle), FileCalls.O_RDONLY, 0));
  }

  /** Not of a link, which has no mode. */
  static void chmod(FileCalls calls, Descriptor handle, int mode) throws SystemCallException {
    calls.chmod(FileCalls.AT_FDCWD, path(handle), mode);
  }

  private static String path(Descriptor handle) {
    return "/proc/self/fd/" + handle.number();
  }
}
