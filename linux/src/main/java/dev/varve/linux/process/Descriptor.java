package dev.varve.linux.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.varve.linux.Errno;
import dev.varve.linux.Native;
import dev.varve.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open file, pipe end or socket that closes once. Close-on-exec always: what a child shall have
 * is said in {@link Spawn}.
 *
 * <p>{@link #read} and {@link #write} on a blocking descriptor belong on platform threads;
 * non-blocking ones answer {@link #WOULD_BLOCK}. The owner closes only when no other thread is
 * inside a call on it.
 */
public final class Descriptor implements AutoCloseable {
  /** Answer of a non-blocking call that has nothing to do now. */
  public static final int WOULD_BLOCK = -1;

  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_RDWR = 2;
  public static final int O_CREAT = 0100;
  public static final int O_APPEND = 02000;
  public static final int O_NONBLOCK = 04000;
  public static final int O_PATH = 010000000;
  private static final int O_CLOEXEC = 02000000;
  private static final int F_SETFL = 4;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int F_SETPIPE_SZ = 1031;
  private static final int AT_FDCWD = -100;

  private static final MethodHandle OPENAT =
      Native.bindVariadic(
          "openat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), 3);
  private static final MethodHandle PIPE2 =
      Native.bind("pipe2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle EVENTFD =
      Native.bind("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle READ =
      Native.bind("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle PREAD =
      Native.bind(
          "pread", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle WRITE =
      Native.bind("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle CLOSE =
      Native.bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle FCNTL =
      Native.bindVariadic(
          "fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), 2);

  private final int number;
  private final AtomicBoolean closed = new AtomicBoolean();

  Descriptor(int number) {
    this.number = number;
  }

  /** Both ends of a pipe. */
  public record Pipe(Descriptor readEnd, Descriptor writeEnd) implements AutoCloseable {
    @Override
    public void close() {
      readEnd.close();
      writeEnd.close();
    }
  }

  /** Opens a path of the engine's own, with {@code O_} flags; created files are 0600. */
  public static Descriptor open(Path path, int flags) throws SystemCallException {
    return new Descriptor(
        (int)
            Syscall.run(
                "open " + path,
                (arena, errno) ->
                    (int)
                        OPENAT.invokeExact(
                            errno,
                            AT_FDCWD,
                            arena.allocateFrom(path.toString()),
                            flags | O_CLOEXEC,
                            0600)));
  }

  /** Takes over a descriptor got elsewhere. */
  public static Descriptor of(int number) {
    return new Descriptor(number);
  }

  /**
   * @param nonBlockingRead whether the reading end shall answer {@link #WOULD_BLOCK}
   */
  public static Pipe pipe(boolean nonBlockingRead) throws SystemCallException {
    int[] ends = new int[2];
    Syscall.run(
        "pipe2",
        (arena, errno) -> {
          MemorySegment out = arena.allocate(JAVA_INT, 2);
          int result = (int) PIPE2.invokeExact(errno, out, O_CLOEXEC);
          ends[0] = out.getAtIndex(JAVA_INT, 0);
          ends[1] = out.getAtIndex(JAVA_INT, 1);
          return result;
        });
    Pipe pipe = new Pipe(new Descriptor(ends[0]), new Descriptor(ends[1]));
    if (nonBlockingRead) {
      pipe.readEnd().fcntl(F_SETFL, O_NONBLOCK);
    }
    return pipe;
  }

  /**
   * A counter: who reads it waits until it is more than zero, and sets it to zero. Unlike a pipe it
   * has no end that could be closed: a reader whose writer has died waits on.
   *
   * @param count to begin with
   */
  public static Descriptor counter(int count) throws SystemCallException {
    return new Descriptor(
        (int)
            Syscall.run(
                "eventfd", (arena, errno) -> (int) EVENTFD.invokeExact(errno, count, O_CLOEXEC)));
  }

  /** Adds one to a {@link #counter}. */
  public void count() throws SystemCallException {
    write(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(1).array());
  }

  /** The kernel's number for it. */
  public int number() {
    return number;
  }

  /** A copy whose number is at least {@code minimum}. */
  Descriptor duplicateFrom(int minimum) throws SystemCallException {
    return new Descriptor(fcntl(F_DUPFD_CLOEXEC, minimum));
  }

  /** A copy with an owner of its own. */
  public Descriptor duplicate() throws SystemCallException {
    return duplicateFrom(0);
  }

  /** Lets a pipe hold so many bytes; the system's own bound is a mebibyte. */
  public void enlargePipe(int bytes) throws SystemCallException {
    fcntl(F_SETPIPE_SZ, bytes);
  }

  int fcntl(int command, int argument) throws SystemCallException {
    return (int)
        Syscall.run(
            "fcntl", (arena, errno) -> (int) FCNTL.invokeExact(errno, number, command, argument));
  }

  /**
   * @return bytes read into the native buffer, 0 at the end, or {@link #WOULD_BLOCK}
   */
  public int read(MemorySegment buffer) throws SystemCallException {
    return orWouldBlock(
        "read",
        Syscall.tryRun(
            (arena, errno) -> (long) READ.invokeExact(errno, number, buffer, buffer.byteSize())));
  }

  /**
   * Reads from a place in the file, without moving the descriptor's own.
   *
   * @return bytes read into the native buffer, 0 at the end
   */
  public int readAt(MemorySegment buffer, long offset) throws SystemCallException {
    return (int)
        Syscall.run(
            "pread",
            (arena, errno) ->
                (long) PREAD.invokeExact(errno, number, buffer, buffer.byteSize(), offset));
  }

  /** Reads until the end or until the array is full; for blocking descriptors. */
  public int readFully(byte[] into) throws SystemCallException {
    int filled = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(Math.max(1, Math.min(into.length, 64 << 10)));
      while (filled < into.length) {
        MemorySegment rest = buffer.asSlice(0, Math.min(buffer.byteSize(), into.length - filled));
        int count = read(rest);
        if (count <= 0) {
          return filled;
        }
        MemorySegment.copy(rest, JAVA_BYTE, 0, into, filled, count);
        filled += count;
      }
    }
    return filled;
  }

  /** Writes all bytes; the descriptor must be blocking or have room for them. */
  public void write(byte[] bytes) throws SystemCallException {
    int[] done = new int[1];
    while (done[0] < bytes.length) {
      done[0] +=
          (int)
              Syscall.run(
                  "write",
                  (arena, errno) -> {
                    MemorySegment rest = arena.allocate(bytes.length - done[0]);
                    MemorySegment.copy(bytes, done[0], rest, JAVA_BYTE, 0, bytes.length - done[0]);
                    return (long) WRITE.invokeExact(errno, number, rest, rest.byteSize());
                  });
    }
  }

  public void write(String text) throws SystemCallException {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  static int orWouldBlock(String call, long result) throws SystemCallException {
    if (result == -Errno.EAGAIN) {
      return WOULD_BLOCK;
    }
    if (result < 0) {
      throw new SystemCallException(call, (int) -result);
    }
    return (int) result;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      Syscall.tryRun((arena, errno) -> (int) CLOSE.invokeExact(errno, number));
    }
  }

  @Override
  public String toString() {
    return "Descriptor[" + number + "]";
  }
}
