package dev.varve.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Binds functions of the C library with capture of {@code errno}. Every handle made here takes a
 * leading {@link MemorySegment}, got from {@link #errnoBuffer}, into which errno is stored.
 *
 * <p>Calls that can block (read, poll, accept, waitid) hold their carrier: make them on platform
 * threads only.
 */
public final class Native {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private Native() {}

  /**
   * @param name of a function in the C library
   */
  public static MethodHandle bind(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        descriptor,
        Linker.Option.captureCallState("errno"));
  }

  /** A variadic function, whose arguments from {@code firstVariadic} on are variadic. */
  public static MethodHandle bindVariadic(
      String name, FunctionDescriptor descriptor, int firstVariadic) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        descriptor,
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(firstVariadic));
  }

  /** {@code long syscall(long number, ...)} with the given argument layouts after the number. */
  public static MethodHandle bindSyscall(MemoryLayout... arguments) {
    MemoryLayout[] all = new MemoryLayout[arguments.length + 1];
    all[0] = ValueLayout.JAVA_LONG;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return bindVariadic("syscall", FunctionDescriptor.of(ValueLayout.JAVA_LONG, all), 1);
  }

  public static MemorySegment errnoBuffer(Arena arena) {
    return arena.allocate(CAPTURE);
  }

  public static int errno(MemorySegment buffer) {
    return (int) ERRNO.get(buffer, 0L);
  }

  /** What invokeExact may throw, made unchecked: a downcall itself throws nothing. */
  public static RuntimeException unreachable(Throwable thrown) {
    return thrown instanceof RuntimeException runtime
        ? runtime
        : new IllegalStateException("downcall", thrown);
  }
}
