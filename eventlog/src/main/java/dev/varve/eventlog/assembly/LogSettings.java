package dev.varve.eventlog.assembly;

import dev.varve.eventlog.DeadLetters;
import dev.varve.eventlog.adapter.kafka.KafkaConnection;
import dev.varve.eventlog.adapter.kafka.KafkaDeadLetters;
import dev.varve.eventlog.adapter.kafka.KafkaEventLog;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What all topics of one engine have in common.
 *
 * @param prefix of the topics' names: {@code <prefix>.<service>}
 * @param node on which this service runs
 * @param bootstrap Kafka's {@code host:port[,…]}
 * @param clientProperties file with Kafka client properties (security), or null
 * @param partitions of a topic that has to be made; fixed for ever then
 * @param replication of a topic that has to be made
 * @param timeout after which an append, or the opening of a topic, is given up
 */
public record LogSettings(
    String prefix,
    String node,
    String bootstrap,
    @Nullable Path clientProperties,
    int partitions,
    int replication,
    Duration timeout) {

  /** One partition, one replica, 30 s. */
  public static LogSettings of(String prefix, String node, String bootstrap) {
    return new LogSettings(prefix, node, bootstrap, null, 1, 1, Duration.ofSeconds(30));
  }

  public LogSettings withPrefix(String other) {
    return new LogSettings(
        other, node, bootstrap, clientProperties, partitions, replication, timeout);
  }

  public LogSettings withClientProperties(@Nullable Path file) {
    return new LogSettings(prefix, node, bootstrap, file, partitions, replication, timeout);
  }

  public LogSettings withPartitions(int count) {
    return new LogSettings(prefix, node, bootstrap, clientProperties, count, replication, timeout);
  }

  public LogSettings withReplication(int factor) {
    return new LogSettings(prefix, node, bootstrap, clientProperties, partitions, factor, timeout);
  }

  public LogSettings withTimeout(Duration limit) {
    return new LogSettings(
        prefix, node, bootstrap, clientProperties, partitions, replication, limit);
  }

  String topic(String service) {
    return prefix + "." + service;
  }

  <E> DeadLetters deadLetters(TopicModel<?, E> model) {
    return new TopicDeadLetters<>(
        topic(model.service()),
        model.codec(),
        new KafkaDeadLetters(connection(), topic("dead-letter"), replication));
  }

  /** The cluster alone, for work on it that is not a log's. */
  public KafkaConnection connection() {
    return new KafkaConnection(bootstrap, clientProperties);
  }

  KafkaEventLog.Spec spec(String service) {
    return new KafkaEventLog.Spec(topic(service), service, partitions, replication, timeout);
  }
}
