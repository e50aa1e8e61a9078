package dev.varve.eventlog.adapter.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.eventlog.DeadLetters.DeadLetter;
import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.OffsetSpec;
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

/** One consumer without a group: it is given all partitions and its own offsets. */
final class KafkaLogReader implements EventLog.Reader {
  private static final Logger LOG = Logger.getLogger(KafkaLogReader.class);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Consumer<DeadLetter> skipped;
  private final Map<Integer, Long> positions = new HashMap<>();
  private final ReentrantLock use = new ReentrantLock();
  private volatile boolean closing;
  private boolean closed;

  KafkaLogReader(
      KafkaConnection connection,
      KafkaTopic topic,
      Map<Integer, Long> from,
      Consumer<DeadLetter> skipped) {
    this.skipped = skipped;
    Map<Integer, Long> starts = topic.offsets(OffsetSpec.earliest());
    this.consumer = new KafkaConsumer<>(properties(connection));
    consumer.assign(topic.partitions());
    for (TopicPartition partition : topic.partitions()) {
      int number = partition.partition();
      long offset = from.getOrDefault(number, starts.getOrDefault(number, 0L));
      consumer.seek(partition, offset);
      positions.put(number, offset);
    }
  }

  @Override
  public List<LogRecord> poll(Duration timeout) {
    use.lock();
    try {
      List<LogRecord> records = new ArrayList<>();
      if (!closing) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
          LogRecord read = decode(record);
          if (read != null) {
            records.add(read);
          }
          positions.put(record.partition(), record.offset() + 1);
        }
      }
      return records;
    } catch (WakeupException e) {
      return List.of();
    } catch (KafkaException e) {
      throw new LogUnavailableException("Reading the log: " + e.getMessage(), e);
    } finally {
      use.unlock();
    }
  }

  @Override
  public Map<Integer, Long> positions() {
    return Map.copyOf(positions);
  }

  @Override
  public void close() {
    closing = true;
    consumer.wakeup();
    use.lock();
    try {
      if (!closed) {
        closed = true;
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ZERO));
      }
    } finally {
      use.unlock();
    }
  }

  private @Nullable LogRecord decode(ConsumerRecord<byte[], byte[]> record) {
    try {
      return CloudEventRecords.decode(record);
    } catch (IllegalArgumentException e) {
      LOG.errorf(
          "Skipped %s-%d@%d, which is none of our events: %s",
          record.topic(), record.partition(), record.offset(), e.getMessage());
      skipped.accept(
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
      return null;
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
