package dev.varve.gateway.history;

import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.Subject;
import dev.varve.eventlog.adapter.memory.InMemoryEventLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A log whose first reader, which is the live tail's, sees only what was there when somebody last
 * asked where the log ends: as far behind as a reader can be. Others read on at once.
 */
final class LaggingLog implements EventLog {
  private final InMemoryEventLog log = new InMemoryEventLog();
  private volatile Map<Integer, Long> shown = Map.of();
  private boolean followed;

  @Override
  public CompletableFuture<List<Position>> append(List<Proposal> batch) {
    return log.append(batch);
  }

  @Override
  public synchronized Reader read(Map<Integer, Long> from) {
    boolean first = !followed;
    followed = true;
    return first ? new LaggingReader(from) : log.read(from);
  }

  @Override
  public int partition(Subject subject) {
    return log.partition(subject);
  }

  @Override
  public Map<Integer, Long> ends() {
    shown = log.ends();
    return shown;
  }

  @Override
  public String identity() {
    return log.identity();
  }

  @Override
  public void close() {
    log.close();
  }

  private final class LaggingReader implements Reader {
    private static final Duration MOMENT = Duration.ofMillis(5);

    private final Reader reader;
    private final List<LogRecord> heldBack = new ArrayList<>();
    private Map<Integer, Long> visible = Map.of();

    LaggingReader(Map<Integer, Long> from) {
      reader = log.read(from);
    }

    @Override
    public List<LogRecord> poll(Duration timeout) {
      heldBack.addAll(reader.poll(MOMENT));
      visible = shown;
      List<LogRecord> seen = heldBack.stream().filter(this::isVisible).toList();
      heldBack.removeAll(seen);
      return seen;
    }

    private boolean isVisible(LogRecord record) {
      Position position = record.position();
      return position.offset() < visible.getOrDefault(position.partition(), 0L);
    }

    @Override
    public Map<Integer, Long> positions() {
      Map<Integer, Long> positions = new HashMap<>(reader.positions());
      positions.replaceAll(
          (partition, read) -> Math.min(read, visible.getOrDefault(partition, 0L)));
      return positions;
    }

    @Override
    public void close() {
      reader.close();
    }
  }
}
