package dev.varve.linux.process;

import dev.varve.linux.Errno;
import dev.varve.linux.Native;
import dev.varve.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Runs one downcall with memory of its own, repeats it when a signal interrupts it. */
final class Syscall {
  private Syscall() {}

  @FunctionalInterface
  interface Body {
    long invoke(Arena arena, MemorySegment errno) throws Throwable;
  }

  /**
   * @param what the call and its argument, for the message
   * @return the result, never negative
   */
  static long run(String what, Body body) throws SystemCallException {
    long result = tryRun(body);
    if (result < 0) {
      throw new SystemCallException(what, (int) -result);
    }
    return result;
  }

  /** Like {@link #run} but answers an error as its negative number, as the kernel itself does. */
  static long tryRun(Body body) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = Native.errnoBuffer(arena);
      while (true) {
        long result = body.invoke(arena, errno);
        if (result >= 0) {
          return result;
        }
        int error = Native.errno(errno);
        if (error != Errno.EINTR) {
          return -error;
        }
      }
    } catch (Throwable e) {
      throw Native.unreachable(e);
    }
  }
}
