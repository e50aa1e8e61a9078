package dev.varve.linux.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.varve.linux.Native;
import dev.varve.linux.SystemCallException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.Set;

/** Limits of getrlimit(2) of this process, by the lower-case names that users know from ulimit. */
public final class ResourceLimits {
  /** No limit. */
  public static final long UNLIMITED = -1;

  private static final Map<String, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry("cpu", 0),
          Map.entry("fsize", 1),
          Map.entry("data", 2),
          Map.entry("stack", 3),
          Map.entry("core", 4),
          Map.entry("rss", 5),
          Map.entry("nproc", 6),
          Map.entry("nofile", 7),
          Map.entry("memlock", 8),
          Map.entry("locks", 10),
          Map.entry("sigpending", 11),
          Map.entry("msgqueue", 12),
          Map.entry("nice", 13),
          Map.entry("rtprio", 14),
          Map.entry("rttime", 15));

  private static final MethodHandle GETRLIMIT =
      Native.bind("getrlimit", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));

  private ResourceLimits() {}

  public static Set<String> names() {
    return NUMBERS.keySet();
  }

  /**
   * The hard limit, or {@link #UNLIMITED}.
   *
   * @throws IllegalArgumentException for a name that is none of {@link #names}
   */
  public static long hardLimit(String name) throws SystemCallException {
    Integer number = NUMBERS.get(name);
    if (number == null) {
      throw new IllegalArgumentException("invalid ulimit type: " + name);
    }
    int resource = number;
    long[] hard = new long[1];
    Syscall.run(
        "getrlimit " + name,
        (arena, errno) -> {
          MemorySegment limit = arena.allocate(JAVA_LONG, 2);
          int result = (int) GETRLIMIT.invokeExact(errno, resource, limit);
          hard[0] = limit.getAtIndex(JAVA_LONG, 1);
          return result;
        });
    return hard[0];
  }
}
