package dev.varve.eventlog.adapter.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * What all logs of one Kafka cluster share within this process: the administrator, the producer,
 * and the reader at the end of each topic. Each costs threads, connections and memory, and every
 * reader of an event costs time on its way to the one who waits for it.
 *
 * <p>Made by the first who {@link #join joins}, closed when the last has left. Thread-safe.
 */
final class KafkaCluster {
  private static final Duration ADMIN_CLOSING = Duration.ofSeconds(1);
  private static final Duration PRODUCER_CLOSING = Duration.ofSeconds(2);
  private static final long LONGEST_TURN_MILLIS = 500;
  private static final Map<KafkaConnection, KafkaCluster> JOINED = new HashMap<>();

  private final KafkaConnection connection;
  private final Map<String, Tail> tails = new HashMap<>();
  private final Map<Duration, LazyProducer> producers = new HashMap<>();
  private int members;
  private @Nullable Admin admin;

  /** A topic's tail and how many logs use it. */
  private record Tail(TopicTail tail, int users) {}

  private KafkaCluster(KafkaConnection connection) {
    this.connection = connection;
  }

  static KafkaCluster join(KafkaConnection connection) {
    synchronized (JOINED) {
      KafkaCluster cluster = JOINED.computeIfAbsent(connection, KafkaCluster::new);
      cluster.members++;
      return cluster;
    }
  }

  /** To be called once for each {@link #join}. */
  void leave() {
    synchronized (JOINED) {
      members--;
      if (members > 0) {
        return;
      }
      JOINED.remove(connection);
    }
    close();
  }

  KafkaConnection connection() {
    return connection;
  }

  synchronized Admin admin() {
    Admin made = admin;
    if (made == null) {
      made = Admin.create(connection.properties());
      admin = made;
    }
    return made;
  }

  /**
   * An idempotent producer that waits for all replicas.
   *
   * @param delivery after which a record that was not acknowledged is given up
   */
  synchronized LazyProducer producer(Duration delivery) {
    return producers.computeIfAbsent(
        delivery, _ -> new LazyProducer(() -> new KafkaProducer<>(producing(delivery))));
  }

  /** The one reader of the topic's end; to be {@link #leaveTail left}. */
  synchronized TopicTail joinTail(KafkaTopic topic) {
    Tail known = tails.get(topic.name());
    TopicTail tail =
        known != null
            ? known.tail()
            : new TopicTail(connection, topic.name(), topic.offsets(OffsetSpec.latest()));
    tails.put(topic.name(), new Tail(tail, known == null ? 1 : known.users() + 1));
    return tail;
  }

  void leaveTail(KafkaTopic topic) {
    TopicTail unused;
    synchronized (this) {
      Tail known = tails.get(topic.name());
      if (known == null) {
        return;
      }
      if (known.users() > 1) {
        tails.put(topic.name(), new Tail(known.tail(), known.users() - 1));
        return;
      }
      tails.remove(topic.name());
      unused = known.tail();
    }
    unused.close();
  }

  private void close() {
    producers.values().forEach(producer -> producer.close(PRODUCER_CLOSING));
    Admin made = admin;
    if (made != null) {
      made.close(ADMIN_CLOSING);
    }
  }

  private Properties producing(Duration timeout) {
    Properties properties = connection.properties();
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "5");
    properties.put(ProducerConfig.LINGER_MS_CONFIG, "0");
    int delivery = Math.toIntExact(timeout.toMillis());
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, delivery);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1, delivery / 2));
    // Who finds no broker gives way to the others that wait to send, and tries again.
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.min(delivery, LONGEST_TURN_MILLIS));
    return properties;
  }
}
