package dev.varve.container.adapter.logfile;

import dev.varve.container.application.ContainerLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/** {@link ContainerLog} over the monitors' files. Thread-safe; close after all readers. */
public final class MonitorLog implements ContainerLog, AutoCloseable {
  /** Everything that a reader waits for wakes it; this is for what the kernel did not tell. */
  private static final Duration ASKING = Duration.ofSeconds(1);

  private final LogWatch watch;
  private final Clock clock;
  private final Duration asking;

  public MonitorLog(Clock clock) throws IOException {
    this(clock, ASKING);
  }

  /**
   * @param asking after which a reader that nothing woke looks again
   */
  MonitorLog(Clock clock, Duration asking) throws IOException {
    this.watch = new LogWatch();
    this.clock = clock;
    this.asking = asking;
  }

  @Override
  public Reader open(Path file, Query query, Form form, End end) throws IOException {
    return new LogReader(new LogFiles(file), query, form, end, watch, clock, asking);
  }

  @Override
  public void close() throws IOException {
    watch.close();
  }
}
