package dev.varve.gateway.history;

import com.google.protobuf.Message;
import dev.varve.eventlog.Change;
import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.Ledger;
import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.assembly.FollowedTopic;
import dev.varve.eventlog.fold.Counted;
import dev.varve.eventlog.fold.Fold;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One service's topic with the one who tells it: followed live, and read again from its start. */
record Topic(Teller teller, FollowedTopic<Remembered, Message> followed) implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);

  Ledger<Remembered, Message> ledger() {
    return followed.ledger();
  }

  /**
   * Waits until the ledger, and with it each of its listeners, has passed the log's present end.
   *
   * @param deadline by {@link System#nanoTime}
   * @throws dev.varve.eventlog.LogUnavailableException when it has not by then
   */
  void catchUp(long deadline) {
    followed
        .log()
        .ends()
        .forEach((partition, end) -> {
          if (end > 0) {
            Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            boolean ignored = ledger().awaitPassed(new Position(partition, end - 1), left);
          }
        });
  }

  /** What a change that just counted says. */
  List<Told> tell(Change<Remembered, Message> change) {
    return teller.tell(
        change.event(),
        change.before(),
        change.after(),
        subject -> ledger().state(subject).orElse(null));
  }

  /** Reads from the topic's first record up to the given offsets, each left out. */
  Replay replay(Map<Integer, Long> ends, Predicate<Told> wanted) {
    return new Replay(teller, followed.log().read(Map.of()), ends, wanted);
  }

  @Override
  public void close() {
    followed.close();
  }

  /** The past of one topic as a source of wanted events, in time's order. One thread. */
  static final class Replay implements AutoCloseable {
    private final Teller teller;
    private final EventLog.Reader reader;
    private final Map<Integer, Long> ends;
    private final Predicate<Told> wanted;
    private final Fold<Remembered, Message> fold;
    private final Map<Integer, ArrayDeque<Told>> ahead = new HashMap<>();
    private Map<Integer, Long> positions = Map.of();

    private Replay(
        Teller teller, EventLog.Reader reader, Map<Integer, Long> ends, Predicate<Told> wanted) {
      this.teller = teller;
      this.reader = reader;
      this.ends = ends;
      this.wanted = wanted;
      this.fold = new Fold<>(new EventTypes(teller.service(), teller.samples()), teller::evolve);
      ends.keySet().forEach(partition -> ahead.put(partition, new ArrayDeque<>()));
    }

    /** The earliest event not yet taken; null at the end. Blocks while it reads. */
    @Nullable Told peek() {
      while (mustRead()) {
        for (LogRecord record : reader.poll(POLL)) {
          int partition = record.position().partition();
          if (record.position().offset() < ends.getOrDefault(partition, 0L)) {
            take(record);
          }
        }
        positions = reader.positions();
      }
      ArrayDeque<Told> earliest = earliest();
      return earliest == null ? null : earliest.peek();
    }

    void drop() {
      ArrayDeque<Told> earliest = earliest();
      if (earliest != null) {
        earliest.remove();
      }
    }

    /** A partition with more to come and nothing at hand could hold an earlier event. */
    private boolean mustRead() {
      for (Map.Entry<Integer, Long> end : ends.entrySet()) {
        if (positions.getOrDefault(end.getKey(), 0L) < end.getValue()
            && queue(end.getKey()).isEmpty()) {
          return true;
        }
      }
      return false;
    }

    private @Nullable ArrayDeque<Told> earliest() {
      ArrayDeque<Told> earliest = null;
      for (ArrayDeque<Told> queue : ahead.values()) {
        Told head = queue.peek();
        Told best = earliest == null ? null : earliest.peek();
        if (head != null && (best == null || head.time().isBefore(best.time()))) {
          earliest = queue;
        }
      }
      return earliest;
    }

    private void take(LogRecord record) {
      Counted<Remembered, Message> counted = fold.apply(record);
      Change<Remembered, Message> change = counted == null ? null : counted.change();
      if (change == null) {
        return;
      }
      teller
          .tell(
              change.event(),
              change.before(),
              change.after(),
              subject -> fold.get(subject).state().orElse(null))
          .stream()
          .filter(wanted)
          .forEach(queue(record.position().partition())::add);
    }

    private ArrayDeque<Told> queue(int partition) {
      return ahead.computeIfAbsent(partition, _ -> new ArrayDeque<>());
    }

    @Override
    public void close() {
      reader.close();
    }
  }
}
