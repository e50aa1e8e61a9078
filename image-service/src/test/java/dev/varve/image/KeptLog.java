package dev.varve.image;

import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Proposal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A log that outlives the service on it, as a broker's does. */
record KeptLog(EventLog log) implements EventLog {
  static EventLog over(EventLog log) {
    return new KeptLog(log);
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
