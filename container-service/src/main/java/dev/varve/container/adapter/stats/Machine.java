package dev.varve.container.adapter.stats;

import dev.varve.linux.SystemCallException;
import dev.varve.linux.process.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the whole machine has and uses. */
final class Machine implements AutoCloseable {
  /** The kernel tells user space hundredths of a second. */
  static final long NANOS_PER_TICK = 10_000_000;

  /** user, nice, system, idle, iowait, irq, softirq: Docker leaves the rest out. */
  private static final int COUNTED = 7;

  private static final long FRESH_NANOS = 100_000_000;

  private final Descriptor stat = Descriptor.open(Path.of("/proc/stat"), Descriptor.O_RDONLY);
  private final Text text = new Text();
  private final long memory;
  private long readAt = Long.MIN_VALUE;
  private long system;
  private int online;

  Machine() throws IOException {
    memory = total(Files.readString(Path.of("/proc/meminfo")));
  }

  private static long total(String meminfo) throws IOException {
    return meminfo
        .lines()
        .filter(line -> line.startsWith("MemTotal:"))
        .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
        .findFirst()
        .orElseThrow(() -> new IOException("no MemTotal in /proc/meminfo"));
  }

  /** Bytes. */
  long memory() {
    return memory;
  }

  /** Nanoseconds of all processors, idle ones as well. */
  long systemNanos() throws SystemCallException {
    refresh();
    return system;
  }

  int online() throws SystemCallException {
    refresh();
    return online;
  }

  /** Once for all containers that are read at one time. */
  private void refresh() throws SystemCallException {
    long now = System.nanoTime();
    if (readAt != Long.MIN_VALUE && now - readAt < FRESH_NANOS) {
      return;
    }
    readAt = now;
    text.read(stat);
    text.word('\n');
    long ticks = 0;
    for (int i = 0; i < COUNTED; i++) {
      ticks += text.number();
    }
    system = ticks * NANOS_PER_TICK;
    int processors = 0;
    for (text.nextLine(); text.hasLine() && text.word('\n').startsWith("cpu"); text.nextLine()) {
      processors++;
    }
    online = processors;
  }

  @Override
  public void close() {
    stat.close();
    text.close();
  }
}
