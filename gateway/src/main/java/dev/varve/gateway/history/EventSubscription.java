package dev.varve.gateway.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client's events: first the past, read from the log, then the present, from a bounded queue. A
 * client too slow for the queue is cut off, for it would be told a history with holes; it can come
 * back with {@code since}.
 */
final class EventSubscription implements AutoCloseable {
  private static final int MAX_QUEUED = 65_536;

  private final EventFilter filter;
  private final Map<Topic, Map<Integer, Long>> past;
  private final Consumer<EventSubscription> onClose;
  private final LinkedBlockingQueue<Told> present = new LinkedBlockingQueue<>(MAX_QUEUED);
  private volatile boolean closed;

  EventSubscription(
      EventFilter filter,
      Map<Topic, Map<Integer, Long>> past,
      Consumer<EventSubscription> onClose) {
    this.filter = filter;
    this.past = past;
    this.onClose = onClose;
  }

  /** On a ledger's reader thread: never blocks. */
  void offer(Told told) {
    if (filter.fits(told) && !present.offer(told)) {
      close();
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** Gives out the past in time's order across the topics, until the sink wants no more. */
  boolean tellPast(Sink sink) throws InterruptedException {
    List<Topic.Replay> replays = new ArrayList<>();
    try {
      past.forEach((topic, ends) -> replays.add(topic.replay(ends, filter::fits)));
      for (Topic.Replay next = earliest(replays); next != null; next = earliest(replays)) {
        Told told = next.peek();
        next.drop();
        if (closed || told == null || !sink.accept(told)) {
          return false;
        }
      }
      return true;
    } finally {
      replays.forEach(Topic.Replay::close);
    }
  }

  /** The next of the present; null when none came in time. */
  @Nullable Told next(Duration timeout) throws InterruptedException {
    return present.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    closed = true;
    onClose.accept(this);
  }

  private static Topic.@Nullable Replay earliest(List<Topic.Replay> replays) {
    Topic.Replay earliest = null;
    Told first = null;
    for (Topic.Replay replay : replays) {
      Told told = replay.peek();
      if (told != null && (first == null || told.time().isBefore(first.time()))) {
        earliest = replay;
        first = told;
      }
    }
    return earliest;
  }

  /** Takes events; false when it wants no more. */
  @FunctionalInterface
  interface Sink {
    boolean accept(Told told) throws InterruptedException;
  }
}
