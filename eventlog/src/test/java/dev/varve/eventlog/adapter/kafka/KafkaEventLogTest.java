package dev.varve.eventlog.adapter.kafka;

import static dev.varve.eventlog.testing.Proposals.said;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventlog.DeadLetters;
import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.testing.EmbeddedBroker;
import dev.varve.eventlog.testing.EventLogContract;
import dev.varve.eventlog.testing.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

final class KafkaEventLogTest extends EventLogContract {
  private final EmbeddedBroker broker = EmbeddedBroker.shared();
  private final DeadLetters.InMemory deadLetters = new DeadLetters.InMemory();

  @Override
  protected EventLog open(int partitions) {
    return Topics.open(broker, Topics.fresh(), partitions, deadLetters);
  }

  @Test
  void recordsAreCloudEventsInBinaryMode() throws Exception {
    String topic = Topics.fresh();
    Proposal proposal = said("container/abc", 3, "hello");
    try (EventLog log = Topics.open(broker, topic, 1, deadLetters)) {
      log.append(List.of(proposal)).get(30, TimeUnit.SECONDS);
    }
    ConsumerRecord<byte[], byte[]> record = firstOf(topic);
    Map<String, String> headers = new LinkedHashMap<>();
    for (Header header : record.headers()) {
      headers.put(header.key(), new String(header.value(), UTF_8));
    }
    assertThat(headers)
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("ce_specversion", "1.0"),
                Map.entry("ce_id", proposal.id()),
                Map.entry("ce_source", "/varve/node-1/letters"),
                Map.entry("ce_type", "dev.varve.letters.v1.Said"),
                Map.entry("ce_subject", "container/abc"),
                Map.entry("ce_time", "2026-05-04T03:02:01.000001Z"),
                Map.entry("content-type", "application/protobuf"),
                Map.entry("ce_sequence", "3"),
                Map.entry("ce_causationid", "request-1"),
                Map.entry("ce_correlationid", "chain-1"),
                Map.entry("ce_actor", "unix:uid=0,pid=1"),
                Map.entry("ce_node", "node-1")));
    assertThat(record.key()).asString(UTF_8).isEqualTo("container/abc");
    assertThat(record.value()).asString(UTF_8).isEqualTo("hello");
  }

  @Test
  void keepsItsTopicForEver() throws Exception {
    String topic = Topics.fresh();
    Topics.open(broker, topic, 3, deadLetters).close();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
      ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
      var config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
      assertThat(config.get("retention.ms").value()).isEqualTo("-1");
      assertThat(config.get("retention.bytes").value()).isEqualTo("-1");
      assertThat(config.get("cleanup.policy").value()).isEqualTo("delete");
      assertThat(admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions())
          .hasSize(3);
    }
  }

  @Test
  void anExistingTopicKeepsItsPartitionsAndIdentity() {
    String topic = Topics.fresh();
    String identity;
    try (EventLog log = Topics.open(broker, topic, 2, deadLetters)) {
      identity = log.identity();
    }
    try (EventLog log = Topics.open(broker, topic, 5, deadLetters)) {
      assertThat(log.ends()).hasSize(2);
      assertThat(log.identity()).isEqualTo(identity);
    }
  }

  @Test
  void skipsCountsAndReportsWhatIsNoEvent() throws Exception {
    String topic = Topics.fresh();
    try (KafkaEventLog log = Topics.open(broker, topic, 1, deadLetters)) {
      log.append(List.of(said("a/1", 1, "x"))).get(30, TimeUnit.SECONDS);
      byte[] key = "a/1".getBytes(UTF_8);
      List<ProducerRecord<byte[], byte[]>> poison = new ArrayList<>();
      poison.add(new ProducerRecord<>(topic, null, "no headers".getBytes(UTF_8)));
      poison.add(new ProducerRecord<>(topic, key, null));
      for (String missing :
          List.of(
              "ce_specversion",
              "ce_id",
              "ce_source",
              "ce_type",
              "ce_subject",
              "ce_time",
              "content-type",
              "ce_sequence",
              "ce_causationid",
              "ce_correlationid",
              "ce_actor",
              "ce_node")) {
        ProducerRecord<byte[], byte[]> record = good(topic);
        record.headers().remove(missing);
        poison.add(record);
      }
      for (Map.Entry<String, String> bad :
          Map.of(
                  "ce_sequence", "minus one",
                  "ce_time", "+999999999-01-01T00:00:00Z",
                  "ce_subject", "another/subject",
                  "ce_specversion", "2.0",
                  "ce_seen", "-1",
                  "ce_last", "perhaps",
                  "content-type", "text/plain")
              .entrySet()) {
        ProducerRecord<byte[], byte[]> record = good(topic);
        record.headers().remove(bad.getKey()).add(bad.getKey(), bad.getValue().getBytes(UTF_8));
        poison.add(record);
      }
      send(poison);
      log.append(List.of(said("a/1", 2, "y"))).get(30, TimeUnit.SECONDS);

      List<LogRecord> records = new ArrayList<>();
      try (EventLog.Reader reader = log.read(Map.of())) {
        while (reader.positions().get(0) < poison.size() + 2) {
          records.addAll(reader.poll(Duration.ofSeconds(1)));
        }
      }
      assertThat(records)
          .extracting(record -> record.proposal().sequence())
          .containsExactly(1L, 2L);
      assertThat(log.skippedRecords()).isEqualTo(poison.size());
      assertThat(deadLetters.letters()).hasSize(poison.size());
      assertThat(deadLetters.letters().getFirst().data()).asString(UTF_8).isEqualTo("no headers");
    }
  }

  @Test
  void nobodyWaitsForTheWaitingOfAllOthers() {
    Duration delivery = Duration.ofSeconds(1);
    try (EmbeddedBroker own = EmbeddedBroker.start();
        EventLog log =
            KafkaEventLog.open(
                new KafkaConnection(own.bootstrap(), null),
                new KafkaEventLog.Spec(Topics.fresh(), "letters", 1, 1, delivery),
                deadLetters,
                Duration.ofSeconds(30))) {
      own.kill();
      List<CompletableFuture<String>> outcomes = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        List<Proposal> batch = List.of(said("a/" + i, 1, "x"), said("a/" + i, 2, "y"));
        outcomes.add(
            CompletableFuture.supplyAsync(() -> outcome(log, batch), Thread::startVirtualThread));
      }
      assertThat(outcomes.stream().map(CompletableFuture::join))
          .allMatch(outcome -> outcome.contains("Append to"));
    }
  }

  @Test
  void whatWaitsForABrokerGoesOnWhenItIsBack() {
    try (EmbeddedBroker own = EmbeddedBroker.start();
        EventLog log =
            KafkaEventLog.open(
                new KafkaConnection(own.bootstrap(), null),
                new KafkaEventLog.Spec(Topics.fresh(), "letters", 1, 1, Duration.ofMinutes(2)),
                deadLetters,
                Duration.ofSeconds(30))) {
      own.kill();
      List<CompletableFuture<String>> outcomes = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        List<Proposal> batch = List.of(said("a/" + i, 1, "x"), said("a/" + i, 2, "y"));
        outcomes.add(
            CompletableFuture.supplyAsync(() -> outcome(log, batch), Thread::startVirtualThread));
      }
      own.restart();
      assertThat(outcomes.stream().map(CompletableFuture::join)).containsOnly("null");
      assertThat(log.ends()).containsExactly(Map.entry(0, 16L));
    }
  }

  private static String outcome(EventLog log, List<Proposal> batch) {
    return log.append(batch).handle((done, failure) -> String.valueOf(failure)).join();
  }

  private static ProducerRecord<byte[], byte[]> good(String topic) {
    return new CloudEventRecords(topic, "letters").encode(said("a/1", 2, "never"));
  }

  private void send(List<ProducerRecord<byte[], byte[]>> records) {
    Properties properties = new KafkaConnection(broker.bootstrap(), null).properties();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (ProducerRecord<byte[], byte[]> record : records) {
        var _ = producer.send(record);
      }
    }
  }

  private ConsumerRecord<byte[], byte[]> firstOf(String topic) {
    Properties properties = new KafkaConnection(broker.bootstrap(), null).properties();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      return consumer.poll(Duration.ofSeconds(30)).iterator().next();
    }
  }
}
