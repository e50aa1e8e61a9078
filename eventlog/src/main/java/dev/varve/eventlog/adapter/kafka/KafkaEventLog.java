package dev.varve.eventlog.adapter.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.eventlog.DeadLetters;
import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * An {@link EventLog} on one Kafka topic. Appends go through an idempotent producer with {@code
 * acks=all}; there are no transactions: the admission rule needs none. What is dear is shared with
 * the process's other logs ({@link KafkaCluster}).
 *
 * <p>A record that is none of our events is skipped by every reader, counted in {@link
 * #skippedRecords} and given to the dead letters.
 */
public final class KafkaEventLog implements EventLog {
  /** Below Kafka's own limit of 1 MiB for a record, with room for key and headers. */
  private static final int MAX_DATA = 900_000;

  private final KafkaCluster cluster;
  private final Spec spec;
  private final KafkaTopic topic;
  private final CloudEventRecords records;
  private final DeadLetters deadLetters;
  private final TopicTail tail;
  private final ReentrantLock batchOrder = new ReentrantLock(true);
  private final AtomicLong skipped = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();

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
      KafkaCluster cluster, Spec spec, KafkaTopic topic, TopicTail tail, DeadLetters deadLetters) {
    this.cluster = cluster;
    this.spec = spec;
    this.topic = topic;
    this.tail = tail;
    this.records = new CloudEventRecords(spec.topic(), spec.service());
    this.deadLetters = deadLetters;
  }

  /**
   * Opens the topic, making it when it is missing.
   *
   * @param deadLetters is given each record that a reader skips, once per reader that meets it
   * @throws LogUnavailableException when the cluster has not answered within the time
   */
  public static KafkaEventLog open(
      KafkaConnection connection, Spec spec, DeadLetters deadLetters, Duration timeout) {
    KafkaCluster cluster = KafkaCluster.join(connection);
    try {
      KafkaTopic topic =
          KafkaTopic.open(cluster, spec.topic(), spec.partitions(), spec.replication(), timeout);
      return new KafkaEventLog(cluster, spec, topic, cluster.joinTail(topic), deadLetters);
    } catch (RuntimeException e) {
      cluster.leave();
      throw e;
    }
  }

  @Override
  public CompletableFuture<List<Position>> append(List<Proposal> batch) {
    if (closed.get()) {
      return CompletableFuture.failedFuture(new LogUnavailableException("The log is closed", null));
    }
    for (Proposal proposal : batch) {
      if (proposal.data().length > MAX_DATA) {
        return CompletableFuture.failedFuture(
            new LogUnavailableException(
                "An event of %s has %d bytes; the log takes %d"
                    .formatted(proposal.subject(), proposal.data().length, MAX_DATA),
                null));
      }
    }
    long deadline = System.nanoTime() + spec.delivery().toNanos();
    while (entersOrder(deadline)) {
      List<Sending> sent;
      try {
        sent = sendAll(batch);
      } finally {
        batchOrder.unlock();
      }
      // Its first record found no broker: all of it may be tried again as it is.
      boolean unsent = sent.size() == 1 && sent.getFirst().unsent();
      if (!unsent || deadline - System.nanoTime() <= 0) {
        List<CompletableFuture<Position>> positions = sent.stream().map(Sending::position).toList();
        return CompletableFuture.allOf(positions.toArray(CompletableFuture[]::new))
            .thenApply(ignored -> positions.stream().map(CompletableFuture::join).toList());
      }
    }
    return CompletableFuture.failedFuture(
        unavailable("no turn to send within %s".formatted(spec.delivery()), null));
  }

  /** A broker that is away lets each sending wait; nobody waits for those of all others as well. */
  private boolean entersOrder(long deadline) {
    try {
      return batchOrder.tryLock(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * A record on its way.
   *
   * @param unsent it found no broker, and is not nor will be in the log
   */
  private record Sending(CompletableFuture<Position> position, boolean unsent) {}

  private List<Sending> sendAll(List<Proposal> batch) {
    List<Sending> sent = new ArrayList<>(batch.size());
    for (Proposal proposal : batch) {
      Sending sending = send(proposal);
      sent.add(sending);
      if (sending.position().isCompletedExceptionally()) {
        break; // what builds on it would wait as long, and must not be there without it
      }
    }
    return sent;
  }

  @Override
  public Reader read(Map<Integer, Long> from) {
    Map<Integer, Long> starts = new HashMap<>(from);
    if (!starts.keySet().equals(topic.partitions())) {
      starts.putAll(topic.offsets(OffsetSpec.earliest()));
      starts.replaceAll(from::getOrDefault);
      starts.keySet().retainAll(topic.partitions());
    }
    return new TailingReader(cluster.connection(), spec.topic(), tail, starts, this::skip);
  }

  /** As Kafka's producers choose it by themselves, so that any program's records go there. */
  @Override
  public int partition(Subject subject) {
    byte[] key = subject.toString().getBytes(UTF_8);
    return Utils.toPositive(Utils.murmur2(key)) % topic.partitions().size();
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
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    cluster.leaveTail(topic);
    cluster.leave();
  }

  private Sending send(Proposal proposal) {
    CompletableFuture<Position> position = new CompletableFuture<>();
    LazyProducer producer = cluster.producer(spec.delivery());
    Thread sender = Thread.currentThread();
    boolean[] unsent = {false};
    try {
      KafkaProducer<byte[], byte[]> made = producer.get();
      var _ =
          made.send(
              records.encode(proposal),
              (metadata, failure) -> {
                if (failure == null) {
                  Position at = new Position(metadata.partition(), metadata.offset());
                  tail.appended(at, proposal);
                  position.complete(at);
                  return;
                }
                if (LazyProducer.isSpoilt(failure)) {
                  producer.discard(made);
                }
                // Who hears of it while he is still sending has not sent.
                unsent[0] = Thread.currentThread() == sender && failure instanceof TimeoutException;
                position.completeExceptionally(unavailable(failure.getMessage(), failure));
              });
    } catch (KafkaException | IllegalStateException e) {
      position.completeExceptionally(unavailable(e.getMessage(), e));
    }
    return new Sending(position, position.isCompletedExceptionally() && unsent[0]);
  }

  private LogUnavailableException unavailable(@Nullable String why, @Nullable Exception failure) {
    return new LogUnavailableException("Append to %s: %s".formatted(spec.topic(), why), failure);
  }

  private void skip(DeadLetters.DeadLetter letter) {
    skipped.incrementAndGet();
    deadLetters.put(letter);
  }
}
