package dev.varve.linux.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What /proc says about a process at the moment of asking. */
public final class ProcessFacts {
  private ProcessFacts() {}

  /**
   * @param state R, S, D, T, Z, …
   * @param startTicks clock ticks from boot to its start: with the pid, its identity until reboot
   */
  public record Stat(char state, int parent, long startTicks) {
    /** Ended but not yet buried. */
    public boolean zombie() {
      return state == 'Z' || state == 'X';
    }

    /** Reads a line of /proc/PID/stat; the name in it may hold spaces and parentheses. */
    public static Stat parse(String line) {
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
      return new Stat(fields[0].charAt(0), Integer.parseInt(fields[1]), Long.parseLong(fields[19]));
    }
  }

  /** Empty when there is no such process. */
  public static Optional<Stat> stat(int pid) throws IOException {
    return read(pid, "stat").map(Stat::parse);
  }

  /** Its arguments, the program first; empty list for a zombie or no process. */
  public static List<String> commandLine(int pid) throws IOException {
    return read(pid, "cmdline").map(text -> List.of(text.split("\0"))).orElse(List.of());
  }

  /** Lines of /proc/PID/cgroup; empty when there is no such process. */
  public static List<String> cgroups(int pid) throws IOException {
    return read(pid, "cgroup").map(text -> text.lines().toList()).orElse(List.of());
  }

  /** The bounding capability set of this process, bit n for capability number n. */
  public static long ownBoundingSet() throws IOException {
    return boundingSet(Files.readString(Path.of("/proc/self/status")));
  }

  static long boundingSet(String status) {
    return status
        .lines()
        .filter(line -> line.startsWith("CapBnd:"))
        .map(line -> Long.parseUnsignedLong(line.substring("CapBnd:".length()).strip(), 16))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no CapBnd in /proc/self/status"));
  }

  private static Optional<String> read(int pid, String file) throws IOException {
    try {
      byte[] bytes = Files.readAllBytes(Path.of("/proc", Integer.toString(pid), file));
      return Optional.of(new String(bytes, StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      // ESRCH while reading: it ended between open and read.
      if (!Files.exists(Path.of("/proc", Integer.toString(pid)))) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
