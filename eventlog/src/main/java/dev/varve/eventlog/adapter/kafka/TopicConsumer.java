package dev.varve.eventlog.adapter.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.eventlog.DeadLetters.DeadLetter;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One consumer without a group: it is given all partitions and its own offsets. To be used from one
 * thread, except {@link #close}, which wakes a blocked poll.
 */
final class TopicConsumer implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(TopicConsumer.class);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final ReentrantLock use = new ReentrantLock();
  private volatile boolean closing;
  private boolean closed;

  /**
   * @param from first offset of every partition
   */
  TopicConsumer(KafkaConnection connection, String topic, Map<Integer, Long> from) {
    this.consumer = new KafkaConsumer<>(properties(connection));
    consumer.assign(
        from.keySet().stream().map(number -> new TopicPartition(topic, number)).toList());
    from.forEach((number, offset) -> consumer.seek(new TopicPartition(topic, number), offset));
  }

  /**
   * What comes within the time, in order within each partition.
   *
   * @throws LogUnavailableException when the log cannot be read
   */
  List<Passed> poll(Duration timeout) {
    use.lock();
    try {
      List<Passed> passed = new ArrayList<>();
      if (!closing) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
          passed.add(decode(record));
        }
      }
      return passed;
    } catch (WakeupException e) {
      return List.of();
    } catch (KafkaException e) {
      throw new LogUnavailableException("Reading the log: " + e.getMessage(), e);
    } finally {
      use.unlock();
    }
  }

  @Override
  public void close() {
    closing = true;
    consumer.wakeup();
    use.lock();
    try {
      if (!closed) {
        closed = true;
        consumer.close(CloseOptions.timeout(Duration.ZERO));
      }
    } finally {
      use.unlock();
    }
  }

  private static Passed decode(ConsumerRecord<byte[], byte[]> record) {
    try {
      return new Passed.Readable(CloudEventRecords.decode(record));
    } catch (IllegalArgumentException e) {
      LOG.errorf(
          "Skipped %s-%d@%d, which is none of our events: %s",
          record.topic(), record.partition(), record.offset(), e.getMessage());
      return new Passed.Unreadable(
          new DeadLetter(
              record.topic(),
              new Position(record.partition(), record.offset()),
              "log",
              String.valueOf(e.getMessage()),
              1,
              header(record, "ce_id"),
              record.key() == null ? null : new String(record.key(), UTF_8),
              header(record, "ce_type"),
              record.value() == null ? new byte[0] : record.value()));
    }
  }

  private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
  }

  private static Properties properties(KafkaConnection connection) {
    Properties properties = connection.properties();
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    properties.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, "1");
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "2000");
    properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, "4194304");
    properties.put(ConsumerConfig.RECEIVE_BUFFER_CONFIG, "1048576");
    return properties;
  }
}
