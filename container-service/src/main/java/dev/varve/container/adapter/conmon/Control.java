package dev.varve.container.adapter.conmon;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.process.Descriptor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What a running monitor is told: lines written to its named pipe. */
final class Control {
  /** More than a pipe holds of messages that nobody has read is not to be expected. */
  private static final int UNREAD_BYTES = 64 << 10;

  private static final String REOPEN = "2 0 0";

  private Control() {}

  /** Of a terminal; false when no monitor listens. */
  static boolean resize(Path pipe, int height, int width) throws SystemCallException {
    try (Descriptor control = Descriptor.open(pipe, Descriptor.O_WRONLY | Descriptor.O_NONBLOCK)) {
      control.write("1 " + height + " " + width + "\n");
      return true;
    } catch (SystemCallException e) {
      if (isUnheard(e)) {
        return false;
      }
      throw e;
    }
  }

  /**
   * The monitor renames a new file over what then has the log's name. Told twice it would do so
   * twice, and lose what it wrote between the two; so what it has not read yet of an earlier word
   * is taken back first.
   *
   * @return false when no monitor listens
   */
  static boolean reopenLog(Path pipe) throws SystemCallException {
    try (Descriptor control = Descriptor.open(pipe, Descriptor.O_WRONLY | Descriptor.O_NONBLOCK)) {
      StringBuilder others = new StringBuilder();
      for (String line : takeBack(pipe).split("\n", -1)) {
        if (!line.isEmpty() && !line.equals(REOPEN)) {
          others.append(line).append('\n');
        }
      }
      control.write(others + REOPEN + "\n");
      return true;
    } catch (SystemCallException e) {
      if (isUnheard(e)) {
        return false;
      }
      throw e;
    }
  }

  private static String takeBack(Path pipe) throws SystemCallException {
    try (Descriptor unread = Descriptor.open(pipe, Descriptor.O_RDONLY | Descriptor.O_NONBLOCK);
        Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(UNREAD_BYTES);
      int count = Math.max(0, unread.read(buffer));
      byte[] bytes = buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
      return new String(bytes, StandardCharsets.US_ASCII);
    }
  }

  /** The files are deleted, or no monitor reads any more: before the opening, or since. */
  private static boolean isUnheard(SystemCallException e) {
    return e.errno() == Errno.ENOENT || e.errno() == Errno.ENXIO || e.errno() == Errno.EPIPE;
  }
}
