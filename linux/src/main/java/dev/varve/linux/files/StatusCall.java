package dev.varve.linux.files;

import static dev.varve.linux.files.Downcall.bind;
import static dev.varve.linux.files.Downcall.string;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.varve.linux.Errno;
import dev.varve.linux.Native;
import dev.varve.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/** What statx tells of a file. */
final class StatusCall {
  private static final int AT_STATX_DONT_SYNC = 0x4000;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final long STATX_ATTR_MOUNT_ROOT = 0x2000;
  private static final int STATX_SIZE = 256;

  private static final MethodHandle STATX =
      bind("statx", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);

  private StatusCall() {}

  static @Nullable FileStatus statx(int dir, String name, int flags) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = Native.errnoBuffer(arena);
      MemorySegment out = arena.allocate(STATX_SIZE, 8);
      int all = flags | AT_STATX_DONT_SYNC;
      int result =
          (int) STATX.invokeExact(errno, dir, string(arena, name), all, STATX_BASIC_STATS, out);
      if (result == 0) {
        return status(out);
      }
      if (Native.errno(errno) == Errno.ENOENT) {
        return null;
      }
      throw new SystemCallException("statx " + ByteNames.toText(name), Native.errno(errno));
    } catch (SystemCallException e) {
      throw e;
    } catch (Throwable e) {
      throw Native.unreachable(e);
    }
  }

  private static FileStatus status(MemorySegment out) {
    return new FileStatus(
        out.get(JAVA_SHORT, 28) & 0xffff,
        out.get(JAVA_INT, 20),
        out.get(JAVA_INT, 24),
        out.get(JAVA_LONG, 32),
        out.get(JAVA_INT, 16),
        out.get(JAVA_LONG, 40),
        out.get(JAVA_LONG, 48),
        out.get(JAVA_LONG, 112),
        out.get(JAVA_INT, 120),
        out.get(JAVA_INT, 128),
        out.get(JAVA_INT, 132),
        ((long) out.get(JAVA_INT, 136) << 32) | Integer.toUnsignedLong(out.get(JAVA_INT, 140)),
        (out.get(JAVA_LONG, 8) & STATX_ATTR_MOUNT_ROOT) != 0);
  }
}
