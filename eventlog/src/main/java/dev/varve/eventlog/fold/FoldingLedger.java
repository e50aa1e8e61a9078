package dev.varve.eventlog.fold;

import dev.varve.eventlog.Change;
import dev.varve.eventlog.Event;
import dev.varve.eventlog.EventCodec;
import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.Evolution;
import dev.varve.eventlog.Ledger;
import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Ledger} over any {@link EventLog}: one reader, one platform thread, one {@link Fold}.
 */
public final class FoldingLedger<S, E> implements Ledger<S, E> {
  private static final Logger LOG = Logger.getLogger(FoldingLedger.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final String name;
  private final EventLog log;
  private final Checkpoint<S> checkpoint;
  private final Fold<S, E> fold;
  private final Passage passage = new Passage();
  private final Map<Integer, Long> next = new ConcurrentHashMap<>();
  private final Map<Integer, Long> lastCounted = new ConcurrentHashMap<>();
  private final List<Consumer<Counted<S, E>>> listeners = new CopyOnWriteArrayList<>();
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile EventLog.@Nullable Reader reader;
  private @Nullable Thread thread;

  /**
   * @param name for thread and log messages, for example the topic's
   */
  public FoldingLedger(
      String name,
      EventLog log,
      EventCodec<E> codec,
      Evolution<S, E> evolution,
      Checkpoint<S> checkpoint) {
    this.name = name;
    this.log = log;
    this.checkpoint = checkpoint;
    this.fold = new Fold<>(codec, evolution);
  }

  public FoldingLedger(String name, EventLog log, EventCodec<E> codec, Evolution<S, E> evolution) {
    this(name, log, codec, evolution, Checkpoint.none());
  }

  @Override
  public Versioned<S> get(Subject subject) {
    return fold.get(subject);
  }

  @Override
  public Map<Subject, S> live() {
    return fold.live();
  }

  @Override
  public void listen(Consumer<Change<S, E>> listener) {
    listenCounted(counted -> {
      Change<S, E> change = counted.change();
      if (change != null) {
        listener.accept(change);
      }
    });
  }

  /** Like {@link #listen}, for all that counted, folded or not. */
  public void listenCounted(Consumer<Counted<S, E>> listener) {
    listeners.add(listener);
  }

  @Override
  public void start(Duration timeout) {
    if (thread != null) {
      throw new IllegalStateException("started before");
    }
    long deadline = System.nanoTime() + timeout.toNanos();
    next.putAll(checkpoint.load(log, fold));
    lastCounted.putAll(next);
    Map<Integer, Long> ends = log.ends();
    Thread folding = Thread.ofPlatform().daemon().name("ledger-" + name).unstarted(() -> run(ends));
    thread = folding;
    folding.start();
    boolean arrived;
    try {
      arrived = caughtUp.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      arrived = false;
    }
    if (!arrived) {
      close();
      throw new LogUnavailableException(
          "Ledger %s is at %s of %s after %s".formatted(name, next, ends, timeout), null);
    }
  }

  @Override
  public boolean isCaughtUp() {
    return caughtUp.getCount() == 0;
  }

  @Override
  public boolean awaitPassed(Position position, Duration timeout) {
    return passage.await(position, timeout);
  }

  @Override
  public Map<Integer, Long> next() {
    return Map.copyOf(next);
  }

  /** The offset after the last counted event of each partition that had one. */
  public Map<Integer, Long> lastCounted() {
    return Map.copyOf(lastCounted);
  }

  @Override
  public void close() {
    closing.countDown();
    EventLog.Reader open = reader;
    if (open != null) {
      open.close();
    }
    Thread folding = thread;
    if (folding != null && folding != Thread.currentThread()) {
      try {
        folding.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    passage.close();
  }

  @Nullable S evolve(@Nullable S state, Event<E> event) {
    return fold.evolve(state, event);
  }

  Instant lastTime(Subject subject) {
    return fold.lastTime(subject);
  }

  /** Grows with each counted event. */
  long version() {
    return fold.version();
  }

  private void run(Map<Integer, Long> ends) {
    while (closing.getCount() > 0) {
      try (EventLog.Reader opened = log.read(next)) {
        reader = opened;
        pass(opened.positions(), ends); // an empty log has been folded already
        while (closing.getCount() > 0) {
          for (LogRecord record : opened.poll(POLL)) {
            take(record);
          }
          pass(opened.positions(), ends);
        }
      } catch (LogUnavailableException e) {
        LOG.warnf("Ledger %s cannot read its log and tries again: %s", name, e.getMessage());
        pause();
      } catch (RuntimeException e) {
        LOG.errorf(e, "Ledger %s: its reader failed and is opened again", name);
        pause();
      }
    }
  }

  private void take(LogRecord record) {
    Counted<S, E> counted = fold.apply(record);
    // At once, not after the batch: a reader opened again after a failure must not repeat it, and
    // who decides because a listener told him has seen it.
    next.put(record.position().partition(), record.position().offset() + 1);
    if (counted == null) {
      LOG.debugf("Ledger %s: void: %s", name, record.position());
      passage.markVoid(record.position());
    } else {
      lastCounted.put(record.position().partition(), record.position().offset() + 1);
      for (Consumer<Counted<S, E>> listener : listeners) {
        try {
          listener.accept(counted);
        } catch (RuntimeException e) {
          LOG.errorf(e, "Ledger %s: a listener failed at %s", name, record.position());
        }
      }
    }
  }

  private void pass(Map<Integer, Long> positions, Map<Integer, Long> ends) {
    next.putAll(positions);
    passage.passed(positions);
    if (!isCaughtUp()
        && ends.entrySet().stream()
            .allMatch(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue())) {
      caughtUp.countDown();
    }
  }

  private void pause() {
    try {
      if (closing.await(PAUSE.toNanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
