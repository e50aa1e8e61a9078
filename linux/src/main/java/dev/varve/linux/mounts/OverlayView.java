package dev.varve.linux.mounts;

import dev.varve.linux.SystemCallException;
import java.nio.file.Path;
import java.util.List;

/**
 * Directories merged for reading: the kernel itself judges what each hides of those below. Needs
 * Linux 6.8.
 *
 * @param lower top first, at least two
 */
public record OverlayView(List<Path> lower) {
  private static final String TYPE = "overlay";

  /** Longest value that fsconfig takes. */
  private static final int VALUE_MAX = 255;

  public OverlayView {
    lower = List.copyOf(lower);
    if (lower.size() < 2) {
      throw new IllegalArgumentException("a view merges at least two directories");
    }
  }

  /**
   * A mount that only its descriptor leads to.
   *
   * @return a handle on the merged root; the mount goes when it is closed
   */
  public int open(MountCalls calls) throws SystemCallException {
    int configuration = calls.fsopen(TYPE);
    try {
      for (Path layer : lower) {
        add(layer, configuration, calls);
      }
      calls.configure(configuration, "index", "off");
      calls.create(configuration);
      return calls.fsmount(configuration, MountCalls.MOUNT_ATTR_RDONLY);
    } finally {
      calls.close(configuration);
    }
  }

  /** A name that is short enough is handed over: the kernel's list of mounts then shows it. */
  private static void add(Path layer, int configuration, MountCalls calls)
      throws SystemCallException {
    if (layer.toString().length() <= VALUE_MAX) {
      calls.configure(configuration, "lowerdir+", layer.toString());
      return;
    }
    int handle = calls.openPath(layer);
    try {
      calls.configure(configuration, "lowerdir+", "/proc/self/fd/" + handle);
    } finally {
      calls.close(handle);
    }
  }

  /** The same where everybody finds it; leaves nothing mounted when it fails. */
  public void mountAt(Path target, MountCalls calls) throws SystemCallException {
    int mount = open(calls);
    try {
      calls.attach(mount, target);
    } finally {
      calls.close(mount);
    }
  }
}
