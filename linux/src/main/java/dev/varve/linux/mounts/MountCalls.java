package dev.varve.linux.mounts;

import dev.varve.linux.SystemCallException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The kernel's mounts, as far as the engine makes and looks at them, in the mount namespace of this
 * process. Paths are the engine's own and trusted. Thread-safe; calls take well below a
 * millisecond.
 */
public interface MountCalls {
  int MNT_DETACH = 2;
  int UMOUNT_NOFOLLOW = 8;
  long MS_RDONLY = 1;
  long MS_NOSUID = 2;
  long MS_NODEV = 4;
  long MS_NOEXEC = 8;
  long MS_SYNCHRONOUS = 0x10;
  long MS_REMOUNT = 0x20;
  long MS_NOATIME = 0x400;
  long MS_NODIRATIME = 0x800;
  long MS_BIND = 0x1000;
  long MS_REC = 0x4000;
  long MS_RELATIME = 0x200000;
  long MS_STRICTATIME = 0x1000000;
  int MOUNT_ATTR_RDONLY = 1;
  int MOUNT_ATTR_NOSUID = 2;
  int MOUNT_ATTR_NODEV = 4;
  int MOUNT_ATTR_NOEXEC = 8;
  int MOUNT_ATTR_NOATIME = 16;

  /** {@code fsopen}: begins a configuration of a file system of this type; to be closed. */
  int fsopen(String type) throws SystemCallException;

  /** {@code fsconfig} with a key and a value below 256 bytes. */
  void configure(int configuration, String key, String value) throws SystemCallException;

  /** {@code fsconfig(FSCONFIG_CMD_CREATE)}: makes the superblock. */
  void create(int configuration) throws SystemCallException;

  /**
   * {@code fsmount}: a mount that is attached nowhere yet; to be closed.
   *
   * @param attributes {@code MOUNT_ATTR_} flags
   */
  int fsmount(int configuration, int attributes) throws SystemCallException;

  /** {@code move_mount} of a detached mount to a directory. */
  void attach(int mount, Path target) throws SystemCallException;

  /**
   * {@code mount(2)}, for what a kernel's newer calls lack, and for what people ask for in its
   * terms.
   *
   * @param flags {@code MS_} bits
   * @param options below one page
   */
  void mount(String source, Path target, String type, long flags, String options)
      throws SystemCallException;

  /** {@code umount2}; fails with EINVAL when nothing is mounted there. */
  void unmount(Path target, int flags) throws SystemCallException;

  /** Whether a mount's root is here; false when the path does not exist. */
  boolean isMounted(Path path) throws SystemCallException;

  /** All mounts of the namespace in the kernel's order: a later one may hide an earlier one. */
  List<Mount> mounts() throws IOException;

  /** A handle for use in {@code /proc/self/fd/}; to be closed. */
  int openPath(Path path) throws SystemCallException;

  void close(int fd);
}
