package dev.varve.eventlog.adapter.kafka;

import dev.varve.eventlog.LogUnavailableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** One topic from the administrator's side: made when missing, named, measured. Thread-safe. */
final class KafkaTopic {
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(50);
  private static final Duration CALL = Duration.ofSeconds(10);

  private final String name;
  private final Admin admin;
  private Set<Integer> partitions = Set.of();
  private String identity = "";

  private KafkaTopic(String name, Admin admin) {
    this.name = name;
    this.admin = admin;
  }

  /**
   * Finds the topic or makes it: kept for ever, never compacted.
   *
   * @param partitionCount for a topic that is made; one that is there keeps what it has
   * @throws LogUnavailableException when the cluster has not answered within the time
   */
  static KafkaTopic open(
      KafkaCluster cluster, String name, int partitionCount, int replication, Duration timeout) {
    KafkaTopic topic = new KafkaTopic(name, cluster.admin());
    topic.find(partitionCount, replication, System.nanoTime() + timeout.toNanos());
    return topic;
  }

  String name() {
    return name;
  }

  Set<Integer> partitions() {
    return partitions;
  }

  String identity() {
    return identity;
  }

  Map<Integer, Long> offsets(OffsetSpec spec) {
    Map<TopicPartition, OffsetSpec> query = new HashMap<>();
    partitions.forEach(number -> query.put(new TopicPartition(name, number), spec));
    Map<Integer, Long> offsets = new HashMap<>();
    try {
      Map<TopicPartition, ListOffsetsResultInfo> found = get(admin.listOffsets(query).all(), CALL);
      found.forEach((partition, info) -> offsets.put(partition.partition(), info.offset()));
    } catch (ApiException e) {
      throw new LogUnavailableException("Offsets of topic " + name + ": " + e.getMessage(), e);
    }
    return offsets;
  }

  private void find(int partitionCount, int replication, long deadline) {
    while (true) {
      try {
        Duration left = Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
        describe(get(admin.describeTopics(List.of(name)).allTopicNames(), left), left);
        return;
      } catch (UnknownTopicOrPartitionException e) {
        create(partitionCount, replication);
      } catch (RetriableException e) {
        // a cluster that is starting
      }
      if (System.nanoTime() > deadline) {
        throw new LogUnavailableException("Topic " + name + " is not there", null);
      }
      LockSupport.parkNanos(PAUSE);
    }
  }

  private void describe(Map<String, TopicDescription> found, Duration timeout) {
    TopicDescription description = Optional.ofNullable(found.get(name)).orElseThrow();
    partitions =
        description.partitions().stream()
            .map(TopicPartitionInfo::partition)
            .collect(Collectors.toUnmodifiableSet());
    identity =
        get(admin.describeCluster().clusterId(), timeout)
            + "/"
            + name
            + "/"
            + description.topicId();
  }

  private void create(int partitionCount, int replication) {
    NewTopic topic =
        new NewTopic(name, partitionCount, (short) replication)
            .configs(
                Map.of(
                    TopicConfig.RETENTION_MS_CONFIG, "-1",
                    TopicConfig.RETENTION_BYTES_CONFIG, "-1",
                    TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE));
    try {
      get(admin.createTopics(List.of(topic)).all(), CALL);
    } catch (TopicExistsException | RetriableException e) {
      // another was first, or the cluster is not ready: the caller looks again
    }
  }

  private static <T> T get(KafkaFuture<T> future, Duration timeout) {
    try {
      return future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ApiException api) {
        throw api;
      }
      throw new LogUnavailableException(String.valueOf(e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      throw new LogUnavailableException("Kafka has not answered within " + timeout, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LogUnavailableException("Interrupted while Kafka was asked", e);
    }
  }
}
