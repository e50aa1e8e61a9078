package dev.varve.container.adapter.logfile;

import dev.varve.container.application.ContainerLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.BooleanSupplier;

/** {@link ContainerLog} over the monitors' files. Thread-safe; close after all readers. */
public final class MonitorLog implements ContainerLog, AutoCloseable {
  private final LogWatch watch;
  private final Clock clock;

  public MonitorLog(Clock clock) throws IOException {
    this.watch = new LogWatch();
    this.clock = clock;
  }

  @Override
  public Reader open(Path file, Query query, Form form, BooleanSupplier ended) throws IOException {
    return new LogReader(new LogFiles(file), query, form, ended, watch, clock);
  }

  @Override
  public void close() throws IOException {
    watch.close();
  }
}
