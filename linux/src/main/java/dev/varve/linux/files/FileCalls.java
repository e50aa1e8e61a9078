package dev.varve.linux.files;

import dev.varve.linux.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * File operations relative to directory descriptors, each one system call of nearly the same name.
 *
 * <p>Names are byte strings (see the package). Where a method takes {@code dir} and {@code name},
 * the name may have slashes only if the caller trusts every directory on the way; for anything an
 * image or a container had a hand in, resolve the parent with {@link #openIn} first. No method
 * follows a link in the last component unless it says so.
 *
 * <p>Thread-safe. Calls on a disk may block and then hold the carrier of a virtual thread: long
 * sequences belong on platform threads.
 */
public interface FileCalls {
  int AT_FDCWD = -100;

  int O_RDONLY = 0;
  int O_WRONLY = 1;
  int O_CREAT = 0100;
  int O_EXCL = 0200;
  int O_TRUNC = 01000;
  int O_NONBLOCK = 04000;
  int O_DIRECTORY = 0200000;
  int O_NOFOLLOW = 0400000;
  int O_CLOEXEC = 02000000;
  int O_PATH = 010000000;

  long RESOLVE_NO_XDEV = 0x01;
  long RESOLVE_NO_MAGICLINKS = 0x02;
  long RESOLVE_NO_SYMLINKS = 0x04;
  long RESOLVE_BENEATH = 0x08;
  long RESOLVE_IN_ROOT = 0x10;

  int S_IFMT = 0170000;
  int S_IFIFO = 0010000;
  int S_IFCHR = 0020000;
  int S_IFDIR = 0040000;
  int S_IFBLK = 0060000;
  int S_IFREG = 0100000;
  int S_IFLNK = 0120000;

  int RENAME_NOREPLACE = 1;
  int RENAME_EXCHANGE = 2;

  /** One entry of a directory; {@code directory} and {@code unknown} come from its type hint. */
  record Entry(String name, boolean directory, boolean unknown) {}

  /** {@code openat}; the descriptor is always close-on-exec. Follows links unless O_NOFOLLOW. */
  int open(int dir, String name, int flags, int mode) throws SystemCallException;

  /**
   * {@code openat2}: resolves a whole path with the given {@code RESOLVE_} flags, repeating what
   * the kernel asks to repeat.
   */
  int openIn(int root, String path, int flags, long resolve) throws SystemCallException;

  /** Never fails: a descriptor is gone after close whatever close says. */
  void close(int fd);

  void mkdir(int dir, String name, int mode) throws SystemCallException;

  /**
   * @param mode type and permissions
   */
  void mknod(int dir, String name, int mode, int major, int minor) throws SystemCallException;

  void symlink(String target, int dir, String name) throws SystemCallException;

  void link(int fromDir, String from, int toDir, String to) throws SystemCallException;

  void unlink(int dir, String name) throws SystemCallException;

  void rmdir(int dir, String name) throws SystemCallException;

  /** {@code renameat2} with {@code RENAME_} flags. */
  void rename(int fromDir, String from, int toDir, String to, int flags) throws SystemCallException;

  void chown(int dir, String name, int uid, int gid) throws SystemCallException;

  void chown(int fd, int uid, int gid) throws SystemCallException;

  /** Follows a link: only for names known not to be one. */
  void chmod(int dir, String name, int mode) throws SystemCallException;

  void chmod(int fd, int mode) throws SystemCallException;

  /** Sets access and modification time. */
  void touch(int dir, String name, long seconds, int nanos) throws SystemCallException;

  void touch(int fd, long seconds, int nanos) throws SystemCallException;

  FileStatus stat(int dir, String name) throws SystemCallException;

  FileStatus stat(int fd) throws SystemCallException;

  /** Which kind of file system it is on: the magic number that {@code fstatfs} tells. */
  long fileSystemType(int fd) throws SystemCallException;

  /** Null instead of an exception when there is no such name. */
  @Nullable FileStatus statIfThere(int dir, String name) throws SystemCallException;

  String readlink(int dir, String name) throws SystemCallException;

  /** All entries but "." and "..", of a directory opened for reading, in the kernel's order. */
  List<Entry> list(int fd) throws SystemCallException;

  void setXattr(int dir, String name, String attribute, byte[] value) throws SystemCallException;

  /** Null when the inode has no such attribute. */
  byte @Nullable [] getXattr(int dir, String name, String attribute) throws SystemCallException;

  /** Of an inode that is open, though not as a mere handle ({@code O_PATH}). */
  void setXattr(int fd, String attribute, byte[] value) throws SystemCallException;

  List<String> listXattr(int dir, String name) throws SystemCallException;

  void removeXattr(int dir, String name, String attribute) throws SystemCallException;

  /** Writes all of the (native) segment at the descriptor's position. */
  void write(int fd, MemorySegment bytes) throws SystemCallException;

  /** Sets the file's length; bytes beyond the old one are a hole of zeros. */
  void truncate(int fd, long length) throws SystemCallException;

  /** Moves the descriptor's position to this offset from the file's start. */
  void seek(int fd, long offset) throws SystemCallException;

  /**
   * {@code copy_file_range} from the source's position until its end, within the kernel where it
   * can.
   *
   * @return bytes copied
   */
  long copy(int fromFd, int toFd) throws SystemCallException;

  void fsync(int fd) throws SystemCallException;

  /** Makes everything written to the descriptor's file system durable. */
  void syncfs(int fd) throws SystemCallException;

  /** The process's file mode creation mask, which open, mkdir and mknod apply. */
  int umask();
}
