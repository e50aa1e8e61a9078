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
import dev.varve.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Extended attributes: those of a name by /proc, as they have no call that takes a directory
 * descriptor on kernels before 6.13.
 */
final class ExtendedAttributes {
  private static final int XATTR_MAX = 64 << 10;

  private static final MethodHandle LSETXATTR =
      bind("lsetxattr", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle FSETXATTR =
      bind("fsetxattr", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle LGETXATTR =
      bindLong("lgetxattr", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
  private static final MethodHandle LLISTXATTR =
      bindLong("llistxattr", ADDRESS, ADDRESS, JAVA_LONG);
  private static final MethodHandle LREMOVEXATTR = bind("lremovexattr", ADDRESS, ADDRESS);

  private ExtendedAttributes() {}

  /** The directory by its descriptor, the last component not followed. */
  private static String procPath(int dir, String name) {
    return "/proc/self/fd/" + dir + "/" + name;
  }

  static void set(int dir, String name, String attribute, byte[] value) throws SystemCallException {
    call(
        "lsetxattr",
        name + " " + attribute,
        (a, e) -> {
          MemorySegment bytes = a.allocate(Math.max(1, value.length));
          MemorySegment.copy(value, 0, bytes, JAVA_BYTE, 0, value.length);
          return (int)
              LSETXATTR.invokeExact(
                  e,
                  string(a, procPath(dir, name)),
                  string(a, attribute),
                  bytes,
                  (long) value.length,
                  0);
        });
  }

  static void set(int fd, String attribute, byte[] value) throws SystemCallException {
    call(
        "fsetxattr",
        attribute,
        (a, e) -> {
          MemorySegment bytes = a.allocate(Math.max(1, value.length));
          MemorySegment.copy(value, 0, bytes, JAVA_BYTE, 0, value.length);
          return (int)
              FSETXATTR.invokeExact(e, fd, string(a, attribute), bytes, (long) value.length, 0);
        });
  }

  static byte @Nullable [] get(int dir, String name, String attribute) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(XATTR_MAX);
      long length =
          call(
              "lgetxattr",
              name + " " + attribute,
              (a, e) ->
                  (long)
                      LGETXATTR.invokeExact(
                          e,
                          string(a, procPath(dir, name)),
                          string(a, attribute),
                          out,
                          (long) XATTR_MAX));
      return out.asSlice(0, length).toArray(JAVA_BYTE);
    } catch (SystemCallException e) {
      if (e.errno() == Errno.ENODATA) {
        return null;
      }
      throw e;
    }
  }

  static List<String> list(int dir, String name) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(XATTR_MAX);
      long length =
          call(
              "llistxattr",
              name,
              (a, e) ->
                  (long)
                      LLISTXATTR.invokeExact(
                          e, string(a, procPath(dir, name)), out, (long) XATTR_MAX));
      String joined = ByteNames.ofBytes(out.asSlice(0, length).toArray(JAVA_BYTE));
      return joined.isEmpty() ? List.of() : List.of(joined.split("\0", 0));
    }
  }

  static void remove(int dir, String name, String attribute) throws SystemCallException {
    call(
        "lremovexattr",
        name + " " + attribute,
        (a, e) ->
            (int)
                LREMOVEXATTR.invokeExact(e, string(a, procPath(dir, name)), string(a, attribute)));
  }
}
