package dev.varve.snapshot.application;

import dev.varve.snapshot.domain.ChainId;

/**
 * One name in an image and what stands behind it.
 *
 * @param path from the root, which is {@code /}; a byte string, one char a byte, like {@code
 *     target}
 * @param mode type and permissions, as in {@code struct stat}
 * @param target of a symbolic link; else empty
 * @param layer the topmost one that has an entry for it
 */
public record FileEntry(
    String path,
    int mode,
    int uid,
    int gid,
    long size,
    int links,
    long modifiedSeconds,
    int modifiedNanos,
    String target,
    int deviceMajor,
    int deviceMinor,
    ChainId layer) {
  private static final int TYPE = 0170000;
  private static final int DIRECTORY = 0040000;
  private static final int REGULAR = 0100000;
  private static final int SYMLINK = 0120000;

  public boolean isDirectory() {
    return (mode & TYPE) == DIRECTORY;
  }

  public boolean isRegular() {
    return (mode & TYPE) == REGULAR;
  }

  public boolean isSymlink() {
    return (mode & TYPE) == SYMLINK;
  }
}
