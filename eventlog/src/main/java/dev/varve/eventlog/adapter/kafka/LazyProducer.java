package dev.varve.eventlog.adapter.kafka;

import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.jspecify.annotations.Nullable;

/**
 * A producer made when something is to be written: most topics of a process are only read, and each
 * producer costs a thread, connections and a buffer. Thread-safe.
 */
final class LazyProducer {
  private final Supplier<KafkaProducer<byte[], byte[]>> maker;
  private @Nullable KafkaProducer<byte[], byte[]> made;
  private boolean closed;

  LazyProducer(Supplier<KafkaProducer<byte[], byte[]>> maker) {
    this.maker = maker;
  }

  /**
   * What the maker throws is thrown on, and the next call tries again.
   *
   * @throws IllegalStateException when closed
   */
  synchronized KafkaProducer<byte[], byte[]> get() {
    if (closed) {
      throw new IllegalStateException("the producer is closed");
    }
    KafkaProducer<byte[], byte[]> producer = made;
    if (producer == null) {
      producer = maker.get();
      made = producer;
    }
    return producer;
  }

  /**
   * @param patience with what is still being sent
   */
  void close(Duration patience) {
    KafkaProducer<byte[], byte[]> producer;
    synchronized (this) {
      closed = true;
      producer = made;
    }
    if (producer != null) {
      producer.close(patience);
    }
  }
}
