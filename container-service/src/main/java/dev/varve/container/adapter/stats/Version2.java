package dev.varve.container.adapter.stats;

import dev.varve.container.application.Sample;
import dev.varve.container.application.Sample.BlockCount;
import dev.varve.linux.SystemCallException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** One hierarchy for all. */
final class Version2 implements CgroupFigures {
  private static final long NANOS_PER_MICRO = 1000;

  private final Path hierarchy;
  private final Machine machine;
  private final Text text = new Text();
  private final Text memoryText = new Text();

  Version2(Path hierarchy, Machine machine) {
    this.hierarchy = hierarchy;
    this.machine = machine;
  }

  private void read(OpenFiles files, Path cgroup, String file) throws SystemCallException {
    KernelStats.read(text, files.get(hierarchy.resolve(cgroup).resolve(file)));
  }

  @Override
  public boolean isThere(Path cgroup, OpenFiles files) {
    return files.get(hierarchy.resolve(cgroup).resolve("cpu.stat")) != null;
  }

  @Override
  public Sample.Cpu cpu(Path cgroup, OpenFiles files) throws SystemCallException {
    read(files, cgroup, "cpu.stat");
    long[] found = new long[6];
    for (; text.hasLine(); text.nextLine()) {
      switch (text.word('\n')) {
        case "usage_usec" -> found[0] = text.number() * NANOS_PER_MICRO;
        case "system_usec" -> found[1] = text.number() * NANOS_PER_MICRO;
        case "user_usec" -> found[2] = text.number() * NANOS_PER_MICRO;
        case "nr_periods" -> found[3] = text.number();
        case "nr_throttled" -> found[4] = text.number();
        case "throttled_usec" -> found[5] = text.number() * NANOS_PER_MICRO;
        default -> {}
      }
    }
    return new Sample.Cpu(
        found[0],
        found[1],
        found[2],
        List.of(),
        machine.systemNanos(),
        machine.online(),
        found[3],
        found[4],
        found[5]);
  }

  @Override
  public Sample.Memory memory(Path cgroup, OpenFiles files) throws SystemCallException {
    read(files, cgroup, "memory.current");
    long usage = text.number();
    read(files, cgroup, "memory.max");
    long limit = Version1.limit(text).orElse(machine.memory());
    read(files, cgroup, "memory.events");
    long failures = 0;
    for (; text.hasLine(); text.nextLine()) {
      if (text.word('\n').equals("oom")) {
        failures = text.number();
      }
    }
    KernelStats.read(memoryText, files.get(hierarchy.resolve(cgroup).resolve("memory.stat")));
    return new Sample.Memory(
        usage,
        OptionalLong.empty(),
        failures,
        Math.min(limit, machine.memory()),
        Version1.named(memoryText));
  }

  @Override
  public OptionalLong pids(Path cgroup, OpenFiles files) throws SystemCallException {
    read(files, cgroup, "pids.current");
    return text.hasWord() ? OptionalLong.of(text.number()) : OptionalLong.empty();
  }

  @Override
  public OptionalLong pidsLimit(Path cgroup, OpenFiles files) throws SystemCallException {
    read(files, cgroup, "pids.max");
    return Version1.limit(text);
  }

  /** Lines of {@code MAJOR:MINOR rbytes=N wbytes=N rios=N wios=N …}; Docker tells the bytes. */
  @Override
  public Sample.BlockIo blockIo(Path cgroup, OpenFiles files) throws SystemCallException {
    read(files, cgroup, "io.stat");
    List<BlockCount> bytes = new ArrayList<>();
    for (; text.hasLine(); text.nextLine()) {
      if (!text.startsWithDigit()) {
        continue;
      }
      long major = text.number();
      long minor = text.number();
      long read = 0;
      long written = 0;
      while (text.hasWord()) {
        switch (text.word('=')) {
          case "rbytes" -> read = text.number();
          case "wbytes" -> written = text.number();
          default -> text.number();
        }
      }
      bytes.add(new BlockCount(major, minor, "read", read));
      bytes.add(new BlockCount(major, minor, "write", written));
    }
    return new Sample.BlockIo(bytes, List.of());
  }

  @Override
  public void close() {
    text.close();
    memoryText.close();
  }
}
