package dev.varve.linux.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.varve.linux.Errno;
import dev.varve.linux.Native;
import dev.varve.linux.SystemCallException;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A program in memory that nobody can change any more.
 *
 * <p>OCI runtimes protect themselves from containers that would overwrite them through /proc: each
 * call first copies or remounts the program and executes it again, which costs milliseconds. One
 * that finds itself in a sealed memory file knows that it is safe and does without.
 */
public final class SealedProgram implements AutoCloseable {
  private static final int MFD_CLOEXEC = 1;
  private static final int MFD_ALLOW_SEALING = 2;
  private static final int MFD_EXEC = 0x10;
  private static final int F_ADD_SEALS = 1033;
  // F_SEAL_SEAL, SHRINK, GROW and WRITE: exactly what the runtimes look for.
  private static final int SEALS = 0xf;

  private static final MethodHandle MEMFD_CREATE =
      Native.bind("memfd_create", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

  private final Descriptor file;

  private SealedProgram(Descriptor file) {
    this.file = file;
  }

  public static SealedProgram copy(Path program) throws IOException {
    Descriptor file = create(String.valueOf(program.getFileName()));
    try {
      file.write(Files.readAllBytes(program));
      file.fcntl(F_ADD_SEALS, SEALS);
      return new SealedProgram(file);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private static Descriptor create(String name) throws SystemCallException {
    int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    try {
      return create(name, flags | MFD_EXEC);
    } catch (SystemCallException e) {
      // Kernels before 6.3 do not know the flag and need none.
      if (e.errno() == Errno.EINVAL) {
        return create(name, flags);
      }
      throw e;
    }
  }

  private static Descriptor create(String name, int flags) throws SystemCallException {
    return Descriptor.of(
        (int)
            Syscall.run(
                "memfd_create " + name,
                (arena, errno) ->
                    (int) MEMFD_CREATE.invokeExact(errno, arena.allocateFrom(name), flags)));
  }

  /** Where any process of this user can execute it, as long as this process lives. */
  public Path path() {
    return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + file.number());
  }

  @Override
  public void close() {
    file.close();
  }
}
