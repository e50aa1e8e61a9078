package dev.varve.snapshot.testing;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.Subject;
import dev.varve.eventlog.adapter.memory.InMemoryEventLog;
import dev.varve.eventlog.testing.KeptLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A log that several services of a test know. */
public final class SharedLog extends KeptLog {
  public static final Cause CAUSE = new Cause("test", "cause", "correlation");

  private final Map<String, Interlude> interludes = new ConcurrentHashMap<>();

  public SharedLog() {
    super(new InMemoryEventLog());
  }

  /** What happens while somebody is about to append. */
  @FunctionalInterface
  public interface Interlude {
    void happen() throws Exception;
  }

  /** Has something happen just before the next event of the type is appended. */
  public void before(String type, Interlude interlude) {
    interludes.put(type, interlude);
  }

  @Override
  public CompletableFuture<List<Position>> append(List<Proposal> batch) {
    for (Proposal proposal : batch) {
      String type = proposal.type().substring(proposal.type().lastIndexOf('.') + 1);
      Interlude interlude = interludes.remove(type);
      if (interlude != null) {
        try {
          interlude.happen();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    }
    return super.append(batch);
  }

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
                data,
                Proposal.UNTOLD,
                false)));
  }

  /** All there is, in order. */
  public List<LogRecord> records() {
    List<LogRecord> records = new ArrayList<>();
    try (Reader reader = read(Map.of())) {
      for (List<LogRecord> some = reader.poll(Duration.ZERO);
          !some.isEmpty();
          some = reader.poll(Duration.ZERO)) {
        records.addAll(some);
      }
    }
    return records;
  }
}
