package dev.varve.eventlog.testing;

import dev.varve.eventlog.DeadLetters;
import dev.varve.eventlog.adapter.kafka.KafkaConnection;
import dev.varve.eventlog.adapter.kafka.KafkaEventLog;
import java.time.Duration;
import java.util.UUID;

/** Topics of their own for tests that share a broker. */
public final class Topics {
  private Topics() {}

  public static String fresh() {
    return "test." + UUID.randomUUID();
  }

  public static KafkaEventLog open(
      EmbeddedBroker broker, String topic, int partitions, DeadLetters deadLetters) {
    return KafkaEventLog.open(
        new KafkaConnection(broker.bootstrap(), null),
        new KafkaEventLog.Spec(topic, "letters", partitions, 1, Duration.ofSeconds(10)),
        deadLetters,
        Duration.ofSeconds(30));
  }
}
