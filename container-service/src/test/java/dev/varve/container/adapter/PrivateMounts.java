package dev.varve.container.adapter;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.varve.linux.Native;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Runs each test, and what goes before and after it, on threads in a mount namespace of its own
 * where {@code /sys/fs/cgroup/unified} is not mounted, as the engine's launcher does for the whole
 * engine: crun refuses hosts that show controllers there. Children started by the test inherit it.
 */
public final class PrivateMounts implements InvocationInterceptor {
  private static final int CLONE_NEWNS = 0x20000;
  private static final long MS_REC_PRIVATE = 0x4000 | 0x40000;
  private static final int MNT_DETACH = 2;

  private static final MethodHandle UNSHARE =
      Native.bind("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle MOUNT =
      Native.bind(
          "mount", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
  private static final MethodHandle UMOUNT2 =
      Native.bind("umount2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

  @Override
  public void interceptBeforeEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext extensionContext)
      throws Throwable {
    interceptTestMethod(invocation, invocationContext, extensionContext);
  }

  @Override
  public void interceptAfterEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext extensionContext)
      throws Throwable {
    interceptTestMethod(invocation, invocationContext, extensionContext);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext extensionContext)
      throws Throwable {
    interceptTestMethod(invocation, invocationContext, extensionContext);
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext extensionContext)
      throws Throwable {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .name(extensionContext.getDisplayName())
            .start(() -> {
              try {
                enter();
                invocation.proceed();
              } catch (Throwable e) {
                failure.set(e);
              }
            });
    thread.join();
    if (failure.get() != null) {
      throw failure.get();
    }
  }

  private static void enter() throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = Native.errnoBuffer(arena);
      MemorySegment nothing = MemorySegment.NULL;
      if ((int) UNSHARE.invokeExact(errno, CLONE_NEWNS) != 0
          || (int)
                  MOUNT.invokeExact(
                      errno, nothing, arena.allocateFrom("/"), nothing, MS_REC_PRIVATE, nothing)
              != 0) {
        throw new IllegalStateException("mount namespace: errno " + Native.errno(errno));
      }
      // Fails where the host is not a hybrid one: then there is nothing to hide.
      int ignored =
          (int)
              UMOUNT2.invokeExact(errno, arena.allocateFrom("/sys/fs/cgroup/unified"), MNT_DETACH);
    }
  }
}
