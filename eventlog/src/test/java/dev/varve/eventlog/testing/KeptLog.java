package dev.varve.eventlog.testing;

import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.Subject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A log that outlives the services that open and close it, as a broker's does. */
public class KeptLog implements EventLog {
  private final EventLog log;

  public KeptLog(EventLog log) {
    this.log = log;
  }

  @Override
  public CompletableFuture<List<Position>> append(List<Proposal> batch) {
    return log.append(batch);
  }

  @Override
  public Reader read(Map<Integer, Long> from) {
    return log.read(from);
  }

  @Override
  public int partition(Subject subject) {
    return log.partition(subject);
  }

  @Override
  public Map<Integer, Long> ends() {
    return log.ends();
  }

  @Override
  public String identity() {
    return log.identity();
  }

  @Override
  public void close() {
    // The next service goes on with it.
  }
}
