package dev.varve.linux.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.varve.linux.Native;
import dev.varve.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A child process to start by {@code posix_spawn}: it gets exactly the given descriptors as 0, 1,
 * 2, … and no other, default signal dispositions and an empty signal mask whatever the JVM has set,
 * and a session of its own, so that no signal to our terminal reaches it.
 *
 * @param argv the program's absolute path first
 * @param environment {@code NAME=value}
 * @param directory where it starts
 * @param descriptors number n of the child is entry n of the list
 */
public record Spawn(
    List<String> argv, List<String> environment, Path directory, List<Descriptor> descriptors) {
  private static final short SETSIGDEF = 0x04;
  private static final short SETSIGMASK = 0x08;
  private static final short SETSID = 0x80;
  // Generous bounds of glibc's opaque types on 64-bit machines.
  private static final int ATTRIBUTES_BYTES = 512;
  private static final int ACTIONS_BYTES = 256;
  private static final int SIGSET_BYTES = 128;

  private static final MethodHandle POSIX_SPAWN =
      bind("posix_spawn", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
  private static final MethodHandle ATTR_INIT = bind("posix_spawnattr_init", ADDRESS);
  private static final MethodHandle ATTR_DESTROY = bind("posix_spawnattr_destroy", ADDRESS);
  private static final MethodHandle ATTR_FLAGS =
      bind("posix_spawnattr_setflags", ADDRESS, JAVA_SHORT);
  private static final MethodHandle ATTR_DEFAULT =
      bind("posix_spawnattr_setsigdefault", ADDRESS, ADDRESS);
  private static final MethodHandle ATTR_MASK =
      bind("posix_spawnattr_setsigmask", ADDRESS, ADDRESS);
  private static final MethodHandle ACTIONS_INIT = bind("posix_spawn_file_actions_init", ADDRESS);
  private static final MethodHandle ACTIONS_DESTROY =
      bind("posix_spawn_file_actions_destroy", ADDRESS);
  private static final MethodHandle ACTIONS_DUP2 =
      bind("posix_spawn_file_actions_adddup2", ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle ACTIONS_CLOSEFROM =
      bind("posix_spawn_file_actions_addclosefrom_np", ADDRESS, JAVA_INT);
  private static final MethodHandle ACTIONS_CHDIR =
      bind("posix_spawn_file_actions_addchdir_np", ADDRESS, ADDRESS);
  private static final MethodHandle WAITPID = bind("waitpid", JAVA_INT, ADDRESS, JAVA_INT);

  public Spawn {
    argv = List.copyOf(argv);
    environment = List.copyOf(environment);
    descriptors = List.copyOf(descriptors);
  }

  private static MethodHandle bind(String name, MemoryLayout... arguments) {
    return Native.bind(name, FunctionDescriptor.of(JAVA_INT, arguments));
  }

  /**
   * Starts it; returns when the program has been executed.
   *
   * @return its process id; the caller has to {@link #await} it
   */
  public int start() throws SystemCallException {
    List<Descriptor> sources = new ArrayList<>();
    try {
      // Above all targets, so that no dup2 overwrites a later one's source.
      for (Descriptor descriptor : descriptors) {
        sources.add(descriptor.duplicateFrom(descriptors.size()));
      }
      return start(sources);
    } finally {
      sources.forEach(Descriptor::close);
    }
  }

  private int start(List<Descriptor> sources) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = Native.errnoBuffer(arena);
      MemorySegment attributes = arena.allocate(ATTRIBUTES_BYTES, 8);
      MemorySegment actions = arena.allocate(ACTIONS_BYTES, 8);
      check((int) ATTR_INIT.invokeExact(errno, attributes));
      check((int) ACTIONS_INIT.invokeExact(errno, actions));
      try {
        MemorySegment all = arena.allocate(SIGSET_BYTES, 8);
        all.fill((byte) 0xff);
        MemorySegment none = arena.allocate(SIGSET_BYTES, 8);
        check((int) ATTR_DEFAULT.invokeExact(errno, attributes, all));
        check((int) ATTR_MASK.invokeExact(errno, attributes, none));
        short flags = SETSIGDEF | SETSIGMASK | SETSID;
        check((int) ATTR_FLAGS.invokeExact(errno, attributes, flags));
        for (int target = 0; target < sources.size(); target++) {
          int source = sources.get(target).number();
          check((int) ACTIONS_DUP2.invokeExact(errno, actions, source, target));
        }
        check((int) ACTIONS_CLOSEFROM.invokeExact(errno, actions, sources.size()));
        MemorySegment where = arena.allocateFrom(directory.toString());
        check((int) ACTIONS_CHDIR.invokeExact(errno, actions, where));
        MemorySegment pid = arena.allocate(JAVA_INT);
        MemorySegment path = arena.allocateFrom(argv.getFirst());
        MemorySegment arguments = strings(arena, argv);
        MemorySegment variables = strings(arena, environment);
        check(
            (int)
                POSIX_SPAWN.invokeExact(
                    errno, pid, path, actions, attributes, arguments, variables));
        return pid.get(JAVA_INT, 0);
      } finally {
        int a = (int) ACTIONS_DESTROY.invokeExact(errno, actions);
        int b = (int) ATTR_DESTROY.invokeExact(errno, attributes);
      }
    } catch (SystemCallException e) {
      throw e;
    } catch (Throwable e) {
      throw Native.unreachable(e);
    }
  }

  /** These functions answer the error itself. */
  private void check(int error) throws SystemCallException {
    if (error != 0) {
      throw new SystemCallException("posix_spawn " + argv.getFirst(), error);
    }
  }

  private static MemorySegment strings(Arena arena, List<String> strings) {
    MemorySegment pointers = arena.allocate(ADDRESS, strings.size() + 1L);
    for (int i = 0; i < strings.size(); i++) {
      byte[] bytes = (strings.get(i) + "\0").getBytes(StandardCharsets.UTF_8);
      pointers.setAtIndex(ADDRESS, i, arena.allocateFrom(JAVA_BYTE, bytes));
    }
    return pointers;
  }

  /**
   * Waits for a child of ours to end and buries it: quick for one that has ended, otherwise for
   * platform threads.
   *
   * @return its exit code, or 128 + the signal that killed it
   */
  public static int await(int pid) throws SystemCallException {
    int[] status = new int[1];
    Syscall.run(
        "waitpid " + pid,
        (arena, errno) -> {
          MemorySegment out = arena.allocate(JAVA_INT);
          int result = (int) WAITPID.invokeExact(errno, pid, out, 0);
          status[0] = out.get(JAVA_INT, 0);
          return result;
        });
    int signal = status[0] & 0x7f;
    return signal == 0 ? (status[0] >> 8) & 0xff : 128 + signal;
  }
}
