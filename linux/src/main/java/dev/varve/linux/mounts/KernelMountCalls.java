package dev.varve.linux.mounts;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.varve.linux.Native;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.ByteNames;
import dev.varve.linux.files.FileCalls;
import dev.varve.linux.files.FileStatus;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** {@link MountCalls} on a Linux from 5.8, where statx tells the root of a mount. */
public final class KernelMountCalls implements MountCalls {
  private static final long SYS_MOVE_MOUNT = 429;
  private static final long SYS_FSOPEN = 430;
  private static final long SYS_FSCONFIG = 431;
  private static final long SYS_FSMOUNT = 432;
  private static final int FSOPEN_CLOEXEC = 1;
  private static final int FSMOUNT_CLOEXEC = 1;
  private static final int FSCONFIG_SET_STRING = 1;
  private static final int FSCONFIG_CMD_CREATE = 6;
  private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;

  private static final MethodHandle FSOPEN = Native.bindSyscall(ADDRESS, JAVA_INT);
  private static final MethodHandle FSCONFIG =
      Native.bindSyscall(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
  private static final MethodHandle FSMOUNT = Native.bindSyscall(JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle MOVE_MOUNT =
      Native.bindSyscall(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle MOUNT =
      Native.bind(
          "mount", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
  private static final MethodHandle UMOUNT2 =
      Native.bind("umount2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

  private final FileCalls files;

  public KernelMountCalls(FileCalls files) {
    this.files = files;
  }

  @FunctionalInterface
  private interface Call {
    long invoke(Arena arena, MemorySegment errno) throws Throwable;
  }

  private static long call(String what, Call call) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = Native.errnoBuffer(arena);
      long result = call.invoke(arena, errno);
      if (result < 0) {
        throw new SystemCallException(what, Native.errno(errno));
      }
      return result;
    } catch (SystemCallException e) {
      throw e;
    } catch (Throwable e) {
      throw Native.unreachable(e);
    }
  }

  @Override
  public int fsopen(String type) throws SystemCallException {
    return (int)
        call(
            "fsopen " + type,
            (arena, errno) ->
                (long)
                    FSOPEN.invokeExact(
                        errno, SYS_FSOPEN, arena.allocateFrom(type), FSOPEN_CLOEXEC));
  }

  @Override
  public void configure(int configuration, String key, String value) throws SystemCallException {
    call(
        "fsconfig " + key + "=" + value,
        (arena, errno) ->
            (long)
                FSCONFIG.invokeExact(
                    errno,
                    SYS_FSCONFIG,
                    configuration,
                    FSCONFIG_SET_STRING,
                    arena.allocateFrom(key),
                    arena.allocateFrom(value),
                    0));
  }

  @Override
  public void create(int configuration) throws SystemCallException {
    call(
        "fsconfig create",
        (arena, errno) ->
            (long)
                FSCONFIG.invokeExact(
                    errno,
                    SYS_FSCONFIG,
                    configuration,
                    FSCONFIG_CMD_CREATE,
                    MemorySegment.NULL,
                    MemorySegment.NULL,
                    0));
  }

  @Override
  public int fsmount(int configuration, int attributes) throws SystemCallException {
    return (int)
        call(
            "fsmount",
            (arena, errno) ->
                (long)
                    FSMOUNT.invokeExact(
                        errno, SYS_FSMOUNT, configuration, FSMOUNT_CLOEXEC, attributes));
  }

  @Override
  public void attach(int mount, Path target) throws SystemCallException {
    call(
        "move_mount to " + target,
        (arena, errno) ->
            (long)
                MOVE_MOUNT.invokeExact(
                    errno,
                    SYS_MOVE_MOUNT,
                    mount,
                    arena.allocateFrom(""),
                    FileCalls.AT_FDCWD,
                    arena.allocateFrom(target.toString()),
                    MOVE_MOUNT_F_EMPTY_PATH));
  }

  @Override
  public void mount(String source, Path target, String type, long flags, String options)
      throws SystemCallException {
    call(
        "mount " + target,
        (arena, errno) ->
            (int)
                MOUNT.invokeExact(
                    errno,
                    arena.allocateFrom(source),
                    arena.allocateFrom(target.toString()),
                    arena.allocateFrom(type),
                    flags,
                    arena.allocateFrom(options)));
  }

  @Override
  public void unmount(Path target, int flags) throws SystemCallException {
    call(
        "umount2 " + target,
        (arena, errno) ->
            (int) UMOUNT2.invokeExact(errno, arena.allocateFrom(target.toString()), flags));
  }

  @Override
  public boolean isMounted(Path path) throws SystemCallException {
    FileStatus status = files.statIfThere(FileCalls.AT_FDCWD, ByteNames.ofText(path.toString()));
    return status != null && status.mountRoot();
  }

  @Override
  public List<Mount> mounts() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
      return lines.map(Mount::parse).toList();
    }
  }

  @Override
  public int openPath(Path path) throws SystemCallException {
    return files.open(FileCalls.AT_FDCWD, ByteNames.ofText(path.toString()), FileCalls.O_PATH, 0);
  }

  @Override
  public void close(int fd) {
    files.close(fd);
  }
}
