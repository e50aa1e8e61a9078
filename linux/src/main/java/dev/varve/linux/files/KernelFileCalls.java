package dev.varve.linux.files;

import static dev.varve.linux.files.Downcall.bind;
import static dev.varve.linux.files.Downcall.bindLong;
import static dev.varve.linux.files.Downcall.call;
import static dev.varve.linux.files.Downcall.string;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.varve.linux.Errno;
import dev.varve.linux.Native;
import dev.varve.linux.SystemCallException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link FileCalls} on the C library of an x86-64 Linux. Needs /proc for extended attributes. */
public class KernelFileCalls implements FileCalls {
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_REMOVEDIR = 0x200;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int SYS_OPENAT2 = 437;
  private static final int PATH_MAX = 4096;
  private static final long COPY_BYTES = 64L << 20;
  private static final int RESOLVE_TRIES = 64;

  private static final MethodHandle OPENAT =
      Native.bindVariadic(
          "openat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), 3);
  private static final MethodHandle OPENAT2 =
      Native.bindSyscall(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
  private static final MethodHandle CLOSE = bind("close", JAVA_INT);
  private static final MethodHandle MKDIRAT = bind("mkdirat", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle MKNODAT =
      bind("mknodat", JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG);
  private static final MethodHandle SYMLINKAT = bind("symlinkat", ADDRESS, JAVA_INT, ADDRESS);
  private static final MethodHandle LINKAT =
      bind("linkat", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle UNLINKAT = bind("unlinkat", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle RENAMEAT2 =
      bind("renameat2", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle FCHOWNAT =
      bind("fchownat", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle FCHOWN = bind("fchown", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle FCHMODAT =
      bind("fchmodat", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle FCHMOD = bind("fchmod", JAVA_INT, JAVA_INT);
  private static final MethodHandle UTIMENSAT =
      bind("utimensat", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
  private static final MethodHandle FUTIMENS = bind("futimens", JAVA_INT, ADDRESS);
  private static final MethodHandle READLINKAT =
      bindLong("readlinkat", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
  private static final MethodHandle LSEEK = bindLong("lseek", JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle WRITE = bindLong("write", JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle FTRUNCATE = bind("ftruncate", JAVA_INT, JAVA_LONG);
  private static final MethodHandle COPY_FILE_RANGE =
      bindLong("copy_file_range", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle FSTATFS = bind("fstatfs", JAVA_INT, ADDRESS);
  private static final int STATFS_SIZE = 120;
  private static final MethodHandle FSYNC = bind("fsync", JAVA_INT);
  private static final MethodHandle SYNCFS = bind("syncfs", JAVA_INT);

  private final int umask = readUmask();

  @Override
  public int open(int dir, String name, int flags, int mode) throws SystemCallException {
    return (int)
        call(
            "openat",
            name,
            (arena, errno) ->
                (int) OPENAT.invokeExact(errno, dir, string(arena, name), flags | O_CLOEXEC, mode));
  }

  @Override
  public int openIn(int root, String path, int flags, long resolve) throws SystemCallException {
    for (int tries = 1; ; tries++) {
      try {
        return (int)
            call(
                "openat2",
                path,
                (arena, errno) -> {
                  MemorySegment how = arena.allocate(24, 8);
                  how.set(JAVA_LONG, 0, flags | O_CLOEXEC);
                  how.set(JAVA_LONG, 16, resolve);
                  return (long)
                      OPENAT2.invokeExact(
                          errno, (long) SYS_OPENAT2, root, string(arena, path), how, 24L);
                });
      } catch (SystemCallException e) {
        // A rename or mount somewhere made the kernel unsure whether it stayed below the root.
        if (e.errno() != Errno.EAGAIN || tries == RESOLVE_TRIES) {
          throw e;
        }
      }
    }
  }

  @Override
  public void close(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      int ignored = (int) CLOSE.invokeExact(Native.errnoBuffer(arena), fd);
    } catch (Throwable e) {
      throw Native.unreachable(e);
    }
  }

  @Override
  public void mkdir(int dir, String name, int mode) throws SystemCallException {
    call("mkdirat", name, (a, e) -> (int) MKDIRAT.invokeExact(e, dir, string(a, name), mode));
  }

  @Override
  public void mknod(int dir, String name, int mode, int major, int minor)
      throws SystemCallException {
    long device = makedev(major, minor);
    call(
        "mknodat",
        name,
        (a, e) -> (int) MKNODAT.invokeExact(e, dir, string(a, name), mode, device));
  }

  private static long makedev(int major, int minor) {
    return (minor & 0xffL)
        | ((major & 0xfffL) << 8)
        | ((minor & 0xffffff00L) << 12)
        | ((major & 0xfffff000L) << 32);
  }

  @Override
  public void symlink(String target, int dir, String name) throws SystemCallException {
    call(
        "symlinkat",
        name,
        (a, e) -> (int) SYMLINKAT.invokeExact(e, string(a, target), dir, string(a, name)));
  }

  @Override
  public void link(int fromDir, String from, int toDir, String to) throws SystemCallException {
    call(
        "linkat",
        to,
        (a, e) -> (int) LINKAT.invokeExact(e, fromDir, string(a, from), toDir, string(a, to), 0));
  }

  @Override
  public void unlink(int dir, String name) throws SystemCallException {
    call("unlinkat", name, (a, e) -> (int) UNLINKAT.invokeExact(e, dir, string(a, name), 0));
  }

  @Override
  public void rmdir(int dir, String name) throws SystemCallException {
    call(
        "unlinkat",
        name,
        (a, e) -> (int) UNLINKAT.invokeExact(e, dir, string(a, name), AT_REMOVEDIR));
  }

  @Override
  public void rename(int fromDir, String from, int toDir, String to, int flags)
      throws SystemCallException {
    call(
        "renameat2",
        from,
        (a, e) ->
            (int) RENAMEAT2.invokeExact(e, fromDir, string(a, from), toDir, string(a, to), flags));
  }

  @Override
  public void chown(int dir, String name, int uid, int gid) throws SystemCallException {
    call(
        "fchownat",
        name,
        (a, e) ->
            (int) FCHOWNAT.invokeExact(e, dir, string(a, name), uid, gid, AT_SYMLINK_NOFOLLOW));
  }

  @Override
  public void chown(int fd, int uid, int gid) throws SystemCallException {
    call("fchown", "", (a, e) -> (int) FCHOWN.invokeExact(e, fd, uid, gid));
  }

  @Override
  public void chmod(int dir, String name, int mode) throws SystemCallException {
    call("fchmodat", name, (a, e) -> (int) FCHMODAT.invokeExact(e, dir, string(a, name), mode, 0));
  }

  @Override
  public void chmod(int fd, int mode) throws SystemCallException {
    call("fchmod", "", (a, e) -> (int) FCHMOD.invokeExact(e, fd, mode));
  }

  @Override
  public void touch(int dir, String name, long seconds, int nanos) throws SystemCallException {
    call(
        "utimensat",
        name,
        (a, e) ->
            (int)
                UTIMENSAT.invokeExact(
                    e, dir, string(a, name), times(a, seconds, nanos), AT_SYMLINK_NOFOLLOW));
  }

  @Override
  public void touch(int fd, long seconds, int nanos) throws SystemCallException {
    call("futimens", "", (a, e) -> (int) FUTIMENS.invokeExact(e, fd, times(a, seconds, nanos)));
  }

  private static MemorySegment times(Arena arena, long seconds, int nanos) {
    return arena.allocateFrom(JAVA_LONG, seconds, nanos, seconds, nanos);
  }

  @Override
  public FileStatus stat(int dir, String name) throws SystemCallException {
    FileStatus status = StatusCall.statx(dir, name, AT_SYMLINK_NOFOLLOW);
    if (status == null) {
      throw new SystemCallException("statx " + ByteNames.toText(name), Errno.ENOENT);
    }
    return status;
  }

  @Override
  public FileStatus stat(int fd) throws SystemCallException {
    FileStatus status = StatusCall.statx(fd, "", AT_EMPTY_PATH);
    if (status == null) {
      throw new SystemCallException("statx", Errno.ENOENT);
    }
    return status;
  }

  @Override
  public long fileSystemType(int fd) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(STATFS_SIZE, 8);
      call("fstatfs", "", (a, e) -> (int) FSTATFS.invokeExact(e, fd, out));
      return out.get(JAVA_LONG, 0);
    }
  }

  @Override
  public @Nullable FileStatus statIfThere(int dir, String name) throws SystemCallException {
    return StatusCall.statx(dir, name, AT_SYMLINK_NOFOLLOW);
  }

  @Override
  public String readlink(int dir, String name) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(PATH_MAX);
      long length =
          call(
              "readlinkat",
              name,
              (a, e) ->
                  (long) READLINKAT.invokeExact(e, dir, string(a, name), out, (long) PATH_MAX));
      return ByteNames.ofBytes(out.asSlice(0, length).toArray(JAVA_BYTE));
    }
  }

  @Override
  public List<Entry> list(int fd) throws SystemCallException {
    seek(fd, 0);
    return Listing.rest(fd);
  }

  @Override
  public void setXattr(int dir, String name, String attribute, byte[] value)
      throws SystemCallException {
    ExtendedAttributes.set(dir, name, attribute, value);
  }

  @Override
  public byte @Nullable [] getXattr(int dir, String name, String attribute)
      throws SystemCallException {
    return ExtendedAttributes.get(dir, name, attribute);
  }

  @Override
  public void setXattr(int fd, String attribute, byte[] value) throws SystemCallException {
    ExtendedAttributes.set(fd, attribute, value);
  }

  @Override
  public List<String> listXattr(int dir, String name) throws SystemCallException {
    return ExtendedAttributes.list(dir, name);
  }

  @Override
  public void removeXattr(int dir, String name, String attribute) throws SystemCallException {
    ExtendedAttributes.remove(dir, name, attribute);
  }

  @Override
  public void write(int fd, MemorySegment bytes) throws SystemCallException {
    long size = bytes.byteSize();
    for (long done = 0; done < size; ) {
      MemorySegment rest = done == 0 ? bytes : bytes.asSlice(done);
      done += call("write", "", (a, e) -> (long) WRITE.invokeExact(e, fd, rest, rest.byteSize()));
    }
  }

  @Override
  public void truncate(int fd, long length) throws SystemCallException {
    call("ftruncate", "", (a, e) -> (int) FTRUNCATE.invokeExact(e, fd, length));
  }

  @Override
  public void seek(int fd, long offset) throws SystemCallException {
    call("lseek", "", (a, e) -> (long) LSEEK.invokeExact(e, fd, offset, 0));
  }

  @Override
  public long copy(int fromFd, int toFd) throws SystemCallException {
    long total = 0;
    while (true) {
      long copied =
          call(
              "copy_file_range",
              "",
              (a, e) ->
                  (long)
                      COPY_FILE_RANGE.invokeExact(
                          e, fromFd, MemorySegment.NULL, toFd, MemorySegment.NULL, COPY_BYTES, 0));
      if (copied == 0) {
        return total;
      }
      total += copied;
    }
  }

  @Override
  public void fsync(int fd) throws SystemCallException {
    call("fsync", "", (a, e) -> (int) FSYNC.invokeExact(e, fd));
  }

  @Override
  public void syncfs(int fd) throws SystemCallException {
    call("syncfs", "", (a, e) -> (int) SYNCFS.invokeExact(e, fd));
  }

  @Override
  public int umask() {
    return umask;
  }

  private static int readUmask() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("Umask:")) {
          return Integer.parseInt(line.substring("Umask:".length()).strip(), 8);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot learn the umask", e);
    }
    throw new IllegalStateException("/proc/self/status has no Umask line");
  }
}
