package dev.varve.container.adapter.stats;

import dev.varve.container.application.Sample;
import dev.varve.container.application.Sample.BlockCount;
import dev.varve.container.application.Sample.Named;
import dev.varve.linux.SystemCallException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One hierarchy for each controller. */
final class Version1 implements CgroupFigures {
  private final Map<String, Path> controllers;
  private final Machine machine;
  private final Text text = new Text();
  private final Text memoryText = new Text();

  Version1(Map<String, Path> controllers, Machine machine) {
    this.controllers = controllers;
    this.machine = machine;
  }

  private @Nullable Path path(String controller, Path cgroup, String file) {
    Path hierarchy = controllers.get(controller);
    return hierarchy == null ? null : hierarchy.resolve(cgroup).resolve(file);
  }

  private void read(OpenFiles files, @Nullable Path path) throws SystemCallException {
    KernelStats.read(text, files.get(path));
  }

  private long number(OpenFiles files, @Nullable Path path) throws SystemCallException {
    read(files, path);
    return text.number();
  }

  @Override
  public boolean isThere(Path cgroup, OpenFiles files) {
    return files.get(path("cpuacct", cgroup, "cpuacct.usage")) != null
        || files.get(path("memory", cgroup, "memory.usage_in_bytes")) != null;
  }

  @Override
  public Sample.Cpu cpu(Path cgroup, OpenFiles files) throws SystemCallException {
    long total = number(files, path("cpuacct", cgroup, "cpuacct.usage"));
    read(files, path("cpuacct", cgroup, "cpuacct.stat"));
    long user = 0;
    long kernel = 0;
    for (; text.hasLine(); text.nextLine()) {
      switch (text.word('\n')) {
        case "user" -> user = text.number() * Machine.NANOS_PER_TICK;
        case "system" -> kernel = text.number() * Machine.NANOS_PER_TICK;
        default -> {}
      }
    }
    read(files, path("cpuacct", cgroup, "cpuacct.usage_percpu"));
    List<Long> each = new ArrayList<>();
    while (text.hasWord()) {
      each.add(text.number());
    }
    long[] throttled = throttled(files, path("cpu", cgroup, "cpu.stat"));
    return new Sample.Cpu(
        total,
        kernel,
        user,
        each,
        machine.systemNanos(),
        machine.online(),
        throttled[0],
        throttled[1],
        throttled[2]);
  }

  private long[] throttled(OpenFiles files, @Nullable Path path) throws SystemCallException {
    read(files, path);
    long[] found = new long[3];
    for (; text.hasLine(); text.nextLine()) {
      switch (text.word('\n')) {
        case "nr_periods" -> found[0] = text.number();
        case "nr_throttled" -> found[1] = text.number();
        case "throttled_time" -> found[2] = text.number();
        default -> {}
      }
    }
    return found;
  }

  @Override
  public Sample.Memory memory(Path cgroup, OpenFiles files) throws SystemCallException {
    long usage = number(files, path("memory", cgroup, "memory.usage_in_bytes"));
    long most = number(files, path("memory", cgroup, "memory.max_usage_in_bytes"));
    long failures = number(files, path("memory", cgroup, "memory.failcnt"));
    long limit = number(files, path("memory", cgroup, "memory.limit_in_bytes"));
    KernelStats.read(memoryText, files.get(path("memory", cgroup, "memory.stat")));
    return new Sample.Memory(
        usage,
        OptionalLong.of(most),
        failures,
        limit <= 0 ? machine.memory() : Math.min(limit, machine.memory()),
        named(memoryText));
  }

  /** Lines of a name and a number. */
  static List<Named> named(Text text) {
    List<Named> stats = new ArrayList<>();
    for (; text.hasLine(); text.nextLine()) {
      stats.add(new Named(text.word('\n'), text.number()));
    }
    return stats;
  }

  @Override
  public OptionalLong pids(Path cgroup, OpenFiles files) throws SystemCallException {
    read(files, path("pids", cgroup, "pids.current"));
    return text.hasWord() ? OptionalLong.of(text.number()) : OptionalLong.empty();
  }

  @Override
  public OptionalLong pidsLimit(Path cgroup, OpenFiles files) throws SystemCallException {
    read(files, path("pids", cgroup, "pids.max"));
    return limit(text);
  }

  /** Empty when it says "max". */
  static OptionalLong limit(Text text) {
    return text.hasWord() && !text.startsWith("max")
        ? OptionalLong.of(text.number())
        : OptionalLong.empty();
  }

  @Override
  public Sample.BlockIo blockIo(Path cgroup, OpenFiles files) throws SystemCallException {
    return new Sample.BlockIo(
        counts(files, path("blkio", cgroup, "blkio.throttle.io_service_bytes_recursive")),
        counts(files, path("blkio", cgroup, "blkio.throttle.io_serviced_recursive")));
  }

  /** Lines of {@code MAJOR:MINOR OPERATION COUNT}; the last is a sum over all. */
  private List<BlockCount> counts(OpenFiles files, @Nullable Path path) throws SystemCallException {
    read(files, path);
    List<BlockCount> counts = new ArrayList<>();
    for (; text.hasLine(); text.nextLine()) {
      if (!text.startsWithDigit()) {
        continue;
      }
      long major = text.number();
      long minor = text.number();
      counts.add(new BlockCount(major, minor, text.word('\n'), text.number()));
    }
    return counts;
  }

  @Override
  public void close() {
    text.close();
    memoryText.close();
  }
}
