package dev.varve.snapshot.testing;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.Subject;
import dev.varve.eventlog.adapter.memory.InMemoryEventLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** A log that outlives the services that open and close it, as a broker would. */
public final class SharedLog implements EventLog {
  public static final Cause CAUSE = new Cause("test", "cause", "correlation");
  private final InMemoryEventLog log = new InMemoryEventLog();

  /** Appends an event as its owner would. */
  public void say(String node, Subject subject, long sequence, String type, byte[] data) {
    append(
        List.of(
            new Proposal(
                UUID.randomUUID().toString(),
                subject,
                sequence,
                type,
                Instant.EPOCH,
                CAUSE,
                node,
                data)));
  }

  /** All there is, in order. */
  public List<LogRecord> records() {
    List<LogRecord> records = new ArrayList<>();
    try (Reader reader = log.read(Map.of())) {
      for (List<LogRecord> some = reader.poll(Duration.ZERO);
          !some.isEmpty();
          some = reader.poll(Duration.ZERO)) {
        records.addAll(some);
      }
    }
    return records;
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
  public void close() {}
}
