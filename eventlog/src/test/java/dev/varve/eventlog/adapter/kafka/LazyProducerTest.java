package dev.varve.eventlog.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class LazyProducerTest {
  private final AtomicInteger made = new AtomicInteger();
  private final LazyProducer lazy = new LazyProducer(this::make);

  /** Needs no broker as long as nothing is sent. */
  private KafkaProducer<byte[], byte[]> make() {
    made.incrementAndGet();
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", "localhost:1"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  @Test
  void isMadeOnceAndNotBeforeItIsNeeded() {
    assertThat(made).hasValue(0);
    KafkaProducer<byte[], byte[]> first = lazy.get();
    try {
      assertThat(lazy.get()).isSameAs(first);
      assertThat(made).hasValue(1);
    } finally {
      lazy.close(Duration.ZERO);
    }
  }

  @Test
  void oneThatFailsForEverIsReplacedOnce() {
    KafkaProducer<byte[], byte[]> first = lazy.get();
    assertThat(LazyProducer.isSpoilt(new ProducerFencedException("another has its number")))
        .isTrue();
    assertThat(LazyProducer.isSpoilt(new TimeoutException("no answer"))).isFalse();
    lazy.discard(first);
    KafkaProducer<byte[], byte[]> second = lazy.get();
    lazy.discard(first);
    assertThat(lazy.get()).isSameAs(second).isNotSameAs(first);
    assertThat(made).hasValue(2);
    lazy.close(Duration.ZERO);
  }

  @Test
  void isNotMadeAfterClosing() {
    lazy.close(Duration.ZERO);
    assertThatThrownBy(lazy::get).isInstanceOf(IllegalStateException.class);
    assertThat(made).hasValue(0);
  }

  @Test
  void aFailureToMakeItIsTriedAgain() {
    LazyProducer failing =
        new LazyProducer(() -> {
          made.incrementAndGet();
          throw new KafkaException("refused");
        });
    assertThatThrownBy(failing::get).hasMessage("refused");
    assertThatThrownBy(failing::get).hasMessage("refused");
    assertThat(made).hasValue(2);
    failing.close(Duration.ZERO);
  }
}
