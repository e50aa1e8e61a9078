package dev.varve.linux.mounts;

import dev.varve.linux.SystemCallException;
import java.nio.file.Path;
import java.util.List;

/**
 * Directories merged for reading, in a mount that only its descriptor leads to: the kernel itself
 * judges what each hides of those below. Needs Linux 6.8.
 *
 * @param lower top first, at least two
 */
public record OverlayView(List<Path> lower) {
  private static final String TYPE = "overlay";

  public OverlayView {
    lower = List.copyOf(lower);
    if (lower.size() < 2) {
      throw new IllegalArgumentException("a view merges at least two directories");
    }
  }

  /**
   * @return a handle on the merged root; the mount goes when it is closed
   */
  public int open(MountCalls calls) throws SystemCallException {
    int configuration = calls.fsopen(TYPE);
    try {
      for (Path layer : lower) {
        int handle = calls.openPath(layer);
        try {
          calls.configure(configuration, "lowerdir+", "/proc/self/fd/" + handle);
        } finally {
          calls.close(handle);
        }
      }
      calls.configure(configuration, "index", "off");
      calls.create(configuration);
      return calls.fsmount(configuration, MountCalls.MOUNT_ATTR_RDONLY);
    } finally {
      calls.close(configuration);
    }
  }
}
