package dev.varve.linux.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.varve.linux.Errno;
import dev.varve.linux.Native;
import dev.varve.linux.SystemCallException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Process handles: a descriptor that means one process for ever, even when its number is used
 * again. It turns readable when the process ends.
 */
public final class PidFd {
  private static final int SYS_PIDFD_SEND_SIGNAL = 424;
  private static final int SYS_PIDFD_OPEN = 434;
  private static final int SYS_PIDFD_GETFD = 438;

  private static final MethodHandle OPEN = Native.bindSyscall(JAVA_INT, JAVA_INT);
  private static final MethodHandle SEND =
      Native.bindSyscall(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle GETFD = Native.bindSyscall(JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle POLL =
      Native.bind("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

  private PidFd() {}

  /**
   * Opens a handle; check after that that the process is the one meant, by {@link ProcessFacts}.
   *
   * @return empty when there is no such process
   */
  public static Optional<Descriptor> open(int pid) throws SystemCallException {
    long fd =
        Syscall.tryRun(
            (arena, errno) -> (long) OPEN.invokeExact(errno, (long) SYS_PIDFD_OPEN, pid, 0));
    if (fd == -Errno.ESRCH || fd == -Errno.EINVAL) {
      return Optional.empty();
    }
    if (fd < 0) {
      throw new SystemCallException("pidfd_open " + pid, (int) -fd);
    }
    return Optional.of(Descriptor.of((int) fd));
  }

  /**
   * @return false when the process has ended
   */
  public static boolean signal(Descriptor process, int signal) throws SystemCallException {
    long result =
        Syscall.tryRun((arena, errno) ->
            (long)
                SEND.invokeExact(
                    errno,
                    (long) SYS_PIDFD_SEND_SIGNAL,
                    process.number(),
                    signal,
                    MemorySegment.NULL,
                    0));
    if (result == -Errno.ESRCH) {
      return false;
    }
    if (result < 0) {
      throw new SystemCallException("pidfd_send_signal " + signal, (int) -result);
    }
    return true;
  }

  /**
   * A copy of another process's descriptor: the same open file or socket.
   *
   * @param number in that process
   * @return empty when it has none of that number
   */
  public static Optional<Descriptor> copyDescriptor(Descriptor process, int number)
      throws SystemCallException {
    long fd =
        Syscall.tryRun((arena, errno) ->
            (long) GETFD.invokeExact(errno, (long) SYS_PIDFD_GETFD, process.number(), number, 0));
    if (fd == -Errno.EBADF || fd == -Errno.ESRCH) {
      return Optional.empty();
    }
    if (fd < 0) {
      throw new SystemCallException("pidfd_getfd " + number, (int) -fd);
    }
    return Optional.of(Descriptor.of((int) fd));
  }

  /**
   * Waits for the end of a process; platform threads only, unless the time is short.
   *
   * @return false when the time was over first
   */
  public static boolean awaitEnd(Descriptor process, int millis) throws SystemCallException {
    return Syscall.run(
            "poll",
            (arena, errno) -> {
              // struct pollfd: fd 4, events 2 (POLLIN), revents 2.
              MemorySegment pollfd = arena.allocate(8, 4);
              pollfd.set(JAVA_INT, 0, process.number());
              pollfd.set(JAVA_INT, 4, 1);
              return (int) POLL.invokeExact(errno, pollfd, 1L, millis);
            })
        > 0;
  }
}
