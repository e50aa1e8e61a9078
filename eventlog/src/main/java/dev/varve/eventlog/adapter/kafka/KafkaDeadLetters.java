package dev.varve.eventlog.adapter.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.eventlog.DeadLetters;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Dead letters as records of a topic of their own: key and value as they were, and headers {@code
 * dl_topic}, {@code dl_partition}, {@code dl_offset}, {@code dl_reader}, {@code dl_reason}, {@code
 * dl_attempts}, {@code ce_id}, {@code ce_type}. The event itself stays in its own topic, so a
 * letter that cannot be written is logged, and no more.
 */
public final class KafkaDeadLetters implements DeadLetters {
  private static final Logger LOG = Logger.getLogger(KafkaDeadLetters.class);

  private final KafkaConnection connection;
  private final String topic;
  private final int replication;
  private final AtomicLong put = new AtomicLong();

  /** Most engines never have a letter. */
  private final LazyProducer producer = new LazyProducer(this::open);

  public KafkaDeadLetters(KafkaConnection connection, String topic, int replication) {
    this.connection = connection;
    this.topic = topic;
    this.replication = replication;
  }

  @Override
  public void put(DeadLetter letter) {
    put.incrementAndGet();
    LOG.errorf(
        "Dead letter from %s: event %s (%s, key %s) at %s %s after %d attempts: %s",
        letter.reader(),
        letter.eventId(),
        letter.type(),
        letter.key(),
        letter.topic(),
        letter.position(),
        letter.attempts(),
        letter.reason());
    Thread.startVirtualThread(() -> write(letter));
  }

  /** How many letters were put here. */
  public long count() {
    return put.get();
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(1));
  }

  private void write(DeadLetter letter) {
    try {
      var _ =
          producer
              .get()
              .send(
                  record(letter),
                  (metadata, failure) -> {
                    if (failure != null) {
                      LOG.errorf(failure, "A dead letter could not be written to %s", topic);
                    }
                  });
    } catch (KafkaException | IllegalStateException e) {
      LOG.errorf(e, "A dead letter could not be written to %s", topic);
    } catch (RuntimeException e) {
      LOG.errorf(e, "No topic %s for dead letters", topic);
    }
  }

  private KafkaProducer<byte[], byte[]> open() {
    KafkaCluster cluster = KafkaCluster.join(connection);
    try {
      KafkaTopic.open(cluster, topic, 1, replication, Duration.ofSeconds(10));
    } finally {
      cluster.leave();
    }
    Properties properties = connection.properties();
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    return new KafkaProducer<>(properties);
  }

  private ProducerRecord<byte[], byte[]> record(DeadLetter letter) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic, letter.key() == null ? null : letter.key().getBytes(UTF_8), letter.data());
    add(record, "dl_topic", letter.topic());
    add(record, "dl_partition", Integer.toString(letter.position().partition()));
    add(record, "dl_offset", Long.toString(letter.position().offset()));
    add(record, "dl_reader", letter.reader());
    add(record, "dl_reason", letter.reason());
    add(record, "dl_attempts", Integer.toString(letter.attempts()));
    add(record, "ce_id", letter.eventId());
    add(record, "ce_type", letter.type());
    return record;
  }

  private static void add(
      ProducerRecord<byte[], byte[]> record, String name, @Nullable String value) {
    if (value != null) {
      record.headers().add(name, value.getBytes(UTF_8));
    }
  }
}
