package dev.varve.linux.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.varve.linux.Errno;
import dev.varve.linux.Native;
import dev.varve.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** How the calls of this package reach the C library. */
final class Downcall {
  private Downcall() {}

  /** A downcall in its frame: confined memory, and errno when the result is negative. */
  @FunctionalInterface
  interface Call {
    long invoke(Arena arena, MemorySegment errno) throws Throwable;
  }

  static MethodHandle bind(String name, MemoryLayout... arguments) {
    return Native.bind(name, FunctionDescriptor.of(JAVA_INT, arguments));
  }

  static MethodHandle bindLong(String name, MemoryLayout... arguments) {
    return Native.bind(name, FunctionDescriptor.of(JAVA_LONG, arguments));
  }

  static long call(String name, String what, Call call) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = Native.errnoBuffer(arena);
      long result;
      int error;
      do {
        result = call.invoke(arena, errno);
        error = result < 0 ? Native.errno(errno) : 0;
      } while (error == Errno.EINTR);
      if (result < 0) {
        throw new SystemCallException(name + " " + ByteNames.toText(what), error);
      }
      return result;
    } catch (SystemCallException e) {
      throw e;
    } catch (Throwable e) {
      throw Native.unreachable(e);
    }
  }

  static MemorySegment string(Arena arena, String name) {
    return arena.allocateFrom(JAVA_BYTE, ByteNames.toCString(name));
  }
}
