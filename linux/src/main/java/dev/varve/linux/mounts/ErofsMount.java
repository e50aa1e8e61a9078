package dev.varve.linux.mounts;

import dev.varve.linux.SystemCallException;
import java.nio.file.Path;

/**
 * An EROFS image mounted from its file, without a block device (Linux 6.12). What it holds may only
 * be read there, and through an overlay on top of it used in full: the overlay's own mount decides
 * about programs, devices and set-user-id bits.
 *
 * @param image its path below 256 bytes
 */
public record ErofsMount(Path image) {
  private static final String TYPE = "erofs";
  private static final int ATTRIBUTES =
      MountCalls.MOUNT_ATTR_RDONLY
          | MountCalls.MOUNT_ATTR_NOSUID
          | MountCalls.MOUNT_ATTR_NODEV
          | MountCalls.MOUNT_ATTR_NOEXEC
          | MountCalls.MOUNT_ATTR_NOATIME;

  /** Mounts at the target; leaves nothing mounted when it fails. */
  public void mountAt(Path target, MountCalls calls) throws SystemCallException {
    int configuration = calls.fsopen(TYPE);
    try {
      calls.configure(configuration, "source", image.toString());
      calls.create(configuration);
      int mount = calls.fsmount(configuration, ATTRIBUTES);
      try {
        calls.attach(mount, target);
      } finally {
        calls.close(mount);
      }
    } finally {
      calls.close(configuration);
    }
  }
}
