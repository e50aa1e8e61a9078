package dev.varve.linux.files;

/**
 * What {@code statx} says of an inode.
 *
 * @param mode type and permission bits
 * @param links number of names
 * @param size bytes, as apparent
 * @param blocks of 512 bytes, as allocated
 * @param modifiedSeconds since 1970
 * @param deviceMajor of the device that a device node stands for
 * @param fileSystem major and minor number of the file system's device, distinguishing mounts of
 *     different file systems
 * @param mountRoot the inode is the root of a mount: something is mounted here
 */
public record FileStatus(
    int mode,
    int uid,
    int gid,
    long inode,
    int links,
    long size,
    long blocks,
    long modifiedSeconds,
    int modifiedNanos,
    int deviceMajor,
    int deviceMinor,
    long fileSystem,
    boolean mountRoot) {

  public int permissions() {
    return mode & 07777;
  }

  public boolean isDirectory() {
    return type() == FileCalls.S_IFDIR;
  }

  public boolean isRegular() {
    return type() == FileCalls.S_IFREG;
  }

  public boolean isSymlink() {
    return type() == FileCalls.S_IFLNK;
  }

  /** A character device 0/0, which an overlay takes as "deleted here". */
  public boolean isWhiteout() {
    return type() == FileCalls.S_IFCHR && deviceMajor == 0 && deviceMinor == 0;
  }

  public int type() {
    return mode & FileCalls.S_IFMT;
  }
}
