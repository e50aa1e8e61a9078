package dev.varve.bench.engine;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/** Proportional set sizes (PSS) from /proc, in MiB. */
final class MemoryUse {
  private MemoryUse() {}

  /** Of these processes and all their descendants. */
  static double ofTrees(List<Long> roots) throws IOException {
    double sum = 0;
    Deque<ProcessHandle> open = new ArrayDeque<>();
    roots.forEach(pid -> ProcessHandle.of(pid).ifPresent(open::add));
    while (!open.isEmpty()) {
      ProcessHandle process = open.pop();
      sum += of(process.pid());
      process.children().forEach(open::add);
    }
    return sum;
  }

  /** Pids of all processes that run a program whose file name begins so. */
  static List<Long> named(String name) {
    List<Long> pids = new ArrayList<>();
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      for (ProcessHandle process : (Iterable<ProcessHandle>) all::iterator) {
        if (process.info().command().map(it -> it.contains("/" + name)).orElse(false)) {
          pids.add(process.pid());
        }
      }
    }
    return pids;
  }

  /** Zero for a process that is gone. */
  static double of(long pid) throws IOException {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps_rollup"))) {
        if (line.startsWith("Pss:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
        }
      }
    } catch (FileSystemException e) {
      return 0; // it ended meanwhile
    }
    return 0;
  }
}
