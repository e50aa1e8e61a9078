package dev.varve.eventlog.adapter.kafka;

import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
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
   * Whether a producer that failed so fails for ever: all but time-outs and what the broker may
   * think better of leaves it without a right to write.
   */
  static boolean isSpoilt(Exception failure) {
    return !(failure instanceof RetriableException)
        && !(failure instanceof RecordTooLargeException)
        && !(failure instanceof InterruptException);
  }

  /** The next call makes another one; what this one still has to send fails. */
  void discard(KafkaProducer<byte[], byte[]> spoilt) {
    synchronized (this) {
      if (made != spoilt) {
        return;
      }
      made = null;
    }
    // Not on the producer's own thread, which tells of its failures.
    Thread.startVirtualThread(() -> spoilt.close(Duration.ZERO));
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
