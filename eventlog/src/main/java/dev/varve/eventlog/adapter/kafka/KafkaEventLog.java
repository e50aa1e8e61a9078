package dev.varve.eventlog.adapter.kafka;

import dev.varve.eventlog.DeadLetters;
import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Proposal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * An {@link EventLog} on one Kafka topic. Appends go through one idempotent producer with {@code
 * acks=all}, opened by the first of them; there are no transactions: the admission rule needs none.
 *
 * <p>A record that is none of our events is skipped by every reader, counted in {@link
 * #skippedRecords} and given to the dead letters.
 */
public final class KafkaEventLog implements EventLog {
  /** Below Kafka's own limit of 1 MiB for a record, with room for key and headers. */
  private static final int MAX_DATA = 900_000;

  private static final Duration CLOSING = Duration.ofSeconds(2);

  private final KafkaConnection connection;
  private final Spec spec;
  private final KafkaTopic topic;
  private final CloudEventRecords records;
  private final DeadLetters deadLetters;
  private final LazyProducer producer;
  private final ReentrantLock batchOrder = new ReentrantLock();
  private final AtomicLong skipped = new AtomicLong();

  /**
   * One topic, and how to write to it.
   *
   * @param topic the topic's name
   * @param service whose events these are; part of {@code ce_source}
   * @param partitions of a topic that has to be made
   * @param replication of a topic that has to be made
   * @param delivery after which an append that was not acknowledged is given up
   */
  public record Spec(
      String topic, String service, int partitions, int replication, Duration delivery) {}

  private KafkaEventLog(
      KafkaConnection connection, Spec spec, KafkaTopic topic, DeadLetters deadLetters) {
    this.connection = connection;
    this.spec = spec;
    this.topic = topic;
    this.records = new CloudEventRecords(spec.topic(), spec.service());
    this.deadLetters = deadLetters;
    this.producer =
        new LazyProducer(() -> new KafkaProducer<>(producerProperties(connection, spec)));
  }

  /**
   * Opens the topic, making it when it is missing.
   *
   * @param deadLetters is given each record that a reader skips, once per reader that meets it
   * @throws LogUnavailableException when the cluster has not answered within the time
   */
  public static KafkaEventLog open(
      KafkaConnection connection, Spec spec, DeadLetters deadLetters, Duration timeout) {
    KafkaTopic topic =
        KafkaTopic.open(connection, spec.topic(), spec.partitions(), spec.replication(), timeout);
    return new KafkaEventLog(connection, spec, topic, deadLetters);
  }

  @Override
  public CompletableFuture<List<Position>> append(List<Proposal> batch) {
    for (Proposal proposal : batch) {
      if (proposal.data().length > MAX_DATA) {
        return CompletableFuture.failedFuture(
            new LogUnavailableException(
                "An event of %s has %d bytes; the log takes %d"
                    .formatted(proposal.subject(), proposal.data().length, MAX_DATA),
                null));
      }
    }
    List<CompletableFuture<Position>> sent = new ArrayList<>(batch.size());
    batchOrder.lock();
    try {
      for (Proposal proposal : batch) {
        sent.add(send(proposal));
      }
    } finally {
      batchOrder.unlock();
    }
    return CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))
        .thenApply(ignored -> sent.stream().map(CompletableFuture::join).toList());
  }

  @Override
  public Reader read(Map<Integer, Long> from) {
    return new KafkaLogReader(connection, topic, from, this::skip);
  }

  @Override
  public Map<Integer, Long> ends() {
    return topic.offsets(OffsetSpec.latest());
  }

  @Override
  public String identity() {
    return topic.identity();
  }

  /** How many records the readers of this object skipped, being none of our events. */
  public long skippedRecords() {
    return skipped.get();
  }

  @Override
  public void close() {
    producer.close(CLOSING);
    topic.close();
  }

  private CompletableFuture<Position> send(Proposal proposal) {
    CompletableFuture<Position> position = new CompletableFuture<>();
    try {
      var _ =
          producer
              .get()
              .send(
                  records.encode(proposal),
                  (metadata, failure) -> {
                    if (failure == null) {
                      position.complete(new Position(metadata.partition(), metadata.offset()));
                    } else {
                      position.completeExceptionally(unavailable(failure));
                    }
                  });
    } catch (KafkaException | IllegalStateException e) {
      position.completeExceptionally(unavailable(e));
    }
    return position;
  }

  private LogUnavailableException unavailable(Exception failure) {
    return new LogUnavailableException(
        "Append to %s: %s".formatted(spec.topic(), failure.getMessage()), failure);
  }

  private void skip(DeadLetters.DeadLetter letter) {
    skipped.incrementAndGet();
    deadLetters.put(letter);
  }

  private static Properties producerProperties(KafkaConnection connection, Spec spec) {
    Properties properties = connection.properties();
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "5");
    properties.put(ProducerConfig.LINGER_MS_CONFIG, "0");
    int delivery = Math.toIntExact(spec.delivery().toMillis());
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, delivery);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1, delivery / 2));
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (long) delivery);
    return properties;
  }
}
