package dev.varve.eventlog.adapter.kafka;

import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Proposal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The end of a topic, read once for all readers of this process: one consumer, one decoding, one
 * thread, however many ledgers follow.
 *
 * <p><b>A process's own appends come the short way.</b> An acknowledgement says at which offset a
 * record stands, durably. When that is the very next offset, the record in hand is the record in
 * the log, and followers get it at once, without waiting for it to come back from the broker. When
 * others wrote in between, the consumer brings theirs and ours in order.
 */
final class TopicTail {
  private static final Logger LOG = Logger.getLogger(TopicTail.class);
  private static final Duration POLL = Duration.ofSeconds(30);
  private static final long PAUSE_MILLIS = 200;

  private final KafkaConnection connection;
  private final String topic;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Integer, Long> next;
  private final List<Subscription> subscriptions = new ArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread reading;
  private volatile @Nullable TopicConsumer consumer;

  /**
   * @param ends where each partition ends now
   */
  TopicTail(KafkaConnection connection, String topic, Map<Integer, Long> ends) {
    this.connection = connection;
    this.topic = topic;
    this.next = new HashMap<>(ends);
    this.reading = Thread.ofPlatform().daemon().name("tail-" + topic).start(this::run);
  }

  /** Gives all from now on; {@link Subscription#from} says which offsets these are. */
  Subscription subscribe() {
    lock.lock();
    try {
      Subscription subscription = new Subscription(Map.copyOf(next));
      subscriptions.add(subscription);
      return subscription;
    } finally {
      lock.unlock();
    }
  }

  /** Where the tail is: the next offset of each partition. */
  Map<Integer, Long> next() {
    lock.lock();
    try {
      return Map.copyOf(next);
    } finally {
      lock.unlock();
    }
  }

  /** Tells of a record that this process wrote and the log has acknowledged. */
  void appended(Position position, Proposal proposal) {
    lock.lock();
    try {
      if (next.getOrDefault(position.partition(), Long.MIN_VALUE) == position.offset()) {
        pass(List.of(new Passed.Readable(new LogRecord(position, proposal))));
      }
    } finally {
      lock.unlock();
    }
  }

  void close() {
    closing.countDown();
    TopicConsumer open = consumer;
    if (open != null) {
      open.close();
    }
    fail(new LogUnavailableException("The log is closed", null));
  }

  private void run() {
    while (closing.getCount() > 0) {
      try (TopicConsumer opened = new TopicConsumer(connection, topic, next())) {
        consumer = opened;
        while (closing.getCount() > 0) {
          List<Passed> passed = opened.poll(POLL);
          lock.lock();
          try {
            pass(passed);
          } finally {
            lock.unlock();
          }
        }
      } catch (RuntimeException e) {
        LOG.warnf("The end of topic %s cannot be read, trying again: %s", topic, e.getMessage());
        fail(
            e instanceof LogUnavailableException unavailable
                ? unavailable
                : new LogUnavailableException("Reading " + topic + ": " + e.getMessage(), e));
        pause();
      }
    }
  }

  private void pass(List<Passed> passed) {
    List<Passed> fresh = new ArrayList<>(passed.size());
    for (Passed one : passed) {
      Position position = one.position();
      if (position.offset() >= next.getOrDefault(position.partition(), 0L)) {
        next.put(position.partition(), position.offset() + 1);
        fresh.add(one);
      }
    }
    if (!fresh.isEmpty()) {
      for (Subscription subscription : subscriptions) {
        subscription.offer(fresh);
      }
    }
  }

  private void fail(LogUnavailableException failure) {
    lock.lock();
    try {
      subscriptions.forEach(subscription -> subscription.end(failure));
      subscriptions.clear();
    } finally {
      lock.unlock();
    }
  }

  private void pause() {
    try {
      if (closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One follower's share; guarded by the tail's lock. */
  final class Subscription implements AutoCloseable {
    /** A follower that is so far behind had better read for itself. */
    private static final int LIMIT = 10_000;

    private final Map<Integer, Long> from;
    private final Condition changed = lock.newCondition();
    private Queue<Passed> waiting = new ArrayDeque<>();
    private @Nullable LogUnavailableException failure;
    private boolean lost;
    private boolean closed;

    private Subscription(Map<Integer, Long> from) {
      this.from = from;
    }

    /** The first offset of each partition that this gives. */
    Map<Integer, Long> from() {
      return from;
    }

    /**
     * What came, waiting for it as long as the timeout; null when the follower fell too far behind
     * and has to read by itself.
     *
     * @throws LogUnavailableException when the tail cannot be read
     */
    @Nullable Queue<Passed> poll(Duration timeout) {
      lock.lock();
      try {
        long nanos = timeout.toNanos();
        while (waiting.isEmpty() && failure == null && !lost && !closed && nanos > 0) {
          nanos = changed.awaitNanos(nanos);
        }
        if (lost) {
          return null;
        }
        if (waiting.isEmpty() && failure != null) {
          throw failure;
        }
        Queue<Passed> taken = waiting;
        waiting = new ArrayDeque<>();
        return taken;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ArrayDeque<>();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        closed = true;
        subscriptions.remove(this);
        waiting.clear();
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    private void offer(List<Passed> passed) {
      if (!lost && waiting.size() + passed.size() > LIMIT) {
        lost = true;
        waiting.clear();
      }
      if (!lost) {
        waiting.addAll(passed);
      }
      changed.signalAll();
    }

    private void end(LogUnavailableException reason) {
      failure = reason;
      changed.signalAll();
    }
  }
}
