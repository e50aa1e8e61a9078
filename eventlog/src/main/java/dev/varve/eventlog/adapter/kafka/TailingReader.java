package dev.varve.eventlog.adapter.kafka;

import dev.varve.eventlog.DeadLetters.DeadLetter;
import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.LogRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a topic from given offsets: what lies in the past with a consumer of its own, and from the
 * end on what the process's {@link TopicTail} has read for all. Both give the records of one log in
 * one order, so changing over is a matter of skipping what was seen.
 */
final class TailingReader implements EventLog.Reader {
  private final KafkaConnection connection;
  private final String topic;
  private final TopicTail tail;
  private final Consumer<DeadLetter> skipped;
  private final Map<Integer, Long> positions;
  private volatile @Nullable TopicConsumer past;
  private volatile TopicTail.@Nullable Subscription present;
  private volatile boolean closed;

  /**
   * @param from first offset of every partition
   */
  TailingReader(
      KafkaConnection connection,
      String topic,
      TopicTail tail,
      Map<Integer, Long> from,
      Consumer<DeadLetter> skipped) {
    this.connection = connection;
    this.topic = topic;
    this.tail = tail;
    this.skipped = skipped;
    this.positions = new HashMap<>(from);
    TopicTail.Subscription subscription = tail.subscribe();
    present = subscription;
    // An offset beyond the tail's is the consumer's to judge: that log may have lost its end.
    if (!subscription.from().equals(from)) {
      readForItself(subscription);
    }
  }

  @Override
  public List<LogRecord> poll(Duration timeout) {
    TopicConsumer consumer = past;
    TopicTail.Subscription subscription = present;
    if (closed) {
      return List.of();
    }
    if (consumer != null) {
      List<LogRecord> records = take(consumer.poll(timeout));
      if (reaches(tail.next())) {
        joinTail(consumer);
      }
      return records;
    }
    if (subscription != null) {
      Collection<Passed> passed = subscription.poll(timeout);
      if (passed != null) {
        return take(passed);
      }
      readForItself(subscription);
    }
    return List.of();
  }

  @Override
  public Map<Integer, Long> positions() {
    return Map.copyOf(positions);
  }

  @Override
  public synchronized void close() {
    closed = true;
    TopicConsumer consumer = past;
    if (consumer != null) {
      consumer.close();
    }
    TopicTail.Subscription subscription = present;
    if (subscription != null) {
      subscription.close();
    }
  }

  private synchronized void readForItself(TopicTail.Subscription left) {
    left.close();
    present = null;
    if (!closed) {
      past = new TopicConsumer(connection, topic, positions);
    }
  }

  /** What the subscription gives must begin no later than where the consumer is. */
  private synchronized void joinTail(TopicConsumer left) {
    TopicTail.Subscription subscription = tail.subscribe();
    if (closed || !reaches(subscription.from())) {
      subscription.close();
      return;
    }
    present = subscription;
    past = null;
    left.close();
  }

  private boolean reaches(Map<Integer, Long> offsets) {
    return offsets.entrySet().stream()
        .allMatch(offset -> positions.getOrDefault(offset.getKey(), 0L) >= offset.getValue());
  }

  private List<LogRecord> take(Collection<Passed> passed) {
    List<LogRecord> records = new ArrayList<>(passed.size());
    for (Passed one : passed) {
      int partition = one.position().partition();
      if (one.position().offset() < positions.getOrDefault(partition, 0L)) {
        continue;
      }
      positions.put(partition, one.position().offset() + 1);
      switch (one) {
        case Passed.Readable(LogRecord record) -> records.add(record);
        case Passed.Unreadable(DeadLetter letter) -> skipped.accept(letter);
      }
    }
    return records;
  }
}
