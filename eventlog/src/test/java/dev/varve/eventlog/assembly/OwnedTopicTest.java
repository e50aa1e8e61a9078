package dev.varve.eventlog.assembly;

import static dev.varve.eventlog.testing.Proposals.CAUSE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.eventlog.Change;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.StateCodec;
import dev.varve.eventlog.Subject;
import dev.varve.eventlog.adapter.jackson.JsonStateCodec;
import dev.varve.eventlog.adapter.postgres.PostgresSettings;
import dev.varve.eventlog.adapter.postgres.SubjectHistory;
import dev.varve.eventlog.testing.EmbeddedBroker;
import dev.varve.eventlog.testing.EmbeddedPostgres;
import dev.varve.eventlog.testing.Letters;
import dev.varve.eventlog.testing.Letters.Talk;
import dev.varve.eventlog.testing.Letters.Word;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** All parts together: a real broker, a real PostgreSQL. */
final class OwnedTopicTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Subject A = Subject.parse("talk/a");
  private static final TopicModel<Talk, Word> MODEL =
      new TopicModel<>("letters", Letters.CODEC, Letters.EVOLUTION);

  private static final StateCodec<Talk> STATES = JsonStateCodec.of(Talk.class, 1);

  private final String prefix = "t" + UUID.randomUUID().toString().replace("-", "");
  private final PostgresSettings postgres = EmbeddedPostgres.shared().settings(prefix);
  private final List<Change<Talk, Word>> changes = new CopyOnWriteArrayList<>();

  @AfterEach
  void dropSchemas() {
    for (String schema : List.of(prefix, prefix + "_letters", prefix + "2_letters")) {
      EmbeddedPostgres.shared().execute("drop schema if exists " + schema + " cascade");
    }
  }

  @Test
  void goesOnWhereItWasAfterAStartFromTheCheckpoint() {
    LogSettings settings = settings(EmbeddedBroker.shared()).withPartitions(3);
    try (OwnedTopic<Talk, Word> topic = open(settings)) {
      say(topic, "one");
      say(topic, "two");
      assertThat(topic.awaitHistory(LONG)).isTrue();
      assertThat(topic.history().orElseThrow().layers(A)).hasSize(2);
    }
    changes.clear();
    try (OwnedTopic<Talk, Word> topic = open(settings)) {
      assertThat(changes).isEmpty();
      say(topic, "three");
      assertThat(topic.ledger().state(A)).contains(new Talk(List.of("one", "two", "three")));
    }
    try (FollowedTopic<Talk, Word> other = FollowedTopic.open(settings, MODEL)) {
      other.start(LONG);
      assertThat(other.ledger().state(A)).contains(new Talk(List.of("one", "two", "three")));
    }
  }

  @Test
  void twoEnginesShareADatabaseAndNothingInIt() {
    EngineSettings first = engine(prefix);
    EngineSettings second = engine(prefix + "2");
    try (OwnedTopic<Talk, Word> one = OwnedTopic.open(first, MODEL, STATES);
        OwnedTopic<Talk, Word> two = OwnedTopic.open(second, MODEL, STATES)) {
      one.start(LONG);
      two.start(LONG);
      say(one, "of one");
      say(two, "of two");
      assertThat(one.awaitHistory(LONG)).isTrue();
      assertThat(two.awaitHistory(LONG)).isTrue();
      assertThat(one.history().orElseThrow().layers(A))
          .extracting(SubjectHistory.Layer::state)
          .containsExactly(new Talk(List.of("of one")));
      assertThat(two.history().orElseThrow().layers(A))
          .extracting(SubjectHistory.Layer::state)
          .containsExactly(new Talk(List.of("of two")));
    }
  }

  @Test
  void twoNodesOnOneTopicAgree() {
    LogSettings settings = settings(EmbeddedBroker.shared());
    try (OwnedTopic<Talk, Word> one = OwnedTopic.open(settings, MODEL);
        OwnedTopic<Talk, Word> two = OwnedTopic.open(settings, MODEL)) {
      one.start(LONG);
      two.start(LONG);
      for (int i = 0; i < 20; i++) {
        say(i % 2 == 0 ? one : two, "w" + i);
      }
      assertThat(two.ledger().state(A).orElseThrow().words()).hasSize(20);
      await().until(() -> one.ledger().live().equals(two.ledger().live()));
    }
  }

  @Test
  void aDeadLetterIsARecordWithTheEventAndTheCause() {
    LogSettings settings = settings(EmbeddedBroker.shared());
    try (OwnedTopic<Talk, Word> topic = open(settings)) {
      say(topic, "one");
      topic.deadLetters().put(changes.getFirst(), "a-channel", "it broke", 5);
      ConsumerRecord<byte[], byte[]> record = firstRecord(prefix + ".dead-letter");
      assertThat(record.value()).asString(UTF_8).isEqualTo("one");
      assertThat(record.key()).asString(UTF_8).isEqualTo("talk/a");
      assertThat(header(record, "dl_topic")).isEqualTo(prefix + ".letters");
      assertThat(header(record, "dl_offset")).isEqualTo("0");
      assertThat(header(record, "dl_reader")).isEqualTo("a-channel");
      assertThat(header(record, "dl_reason")).isEqualTo("it broke");
      assertThat(header(record, "dl_attempts")).isEqualTo("5");
      assertThat(header(record, "ce_type")).isEqualTo("dev.varve.letters.v1.Said");
      assertThat(header(record, "ce_id")).isEqualTo(changes.getFirst().event().id());
    }
  }

  @Test
  void aBrokerThatDiesIsReportedAndReadsGoOn() {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      LogSettings settings = settings(broker).withTimeout(Duration.ofSeconds(2));
      try (OwnedTopic<Talk, Word> topic = open(settings)) {
        say(topic, "one");
        broker.kill();
        assertThatThrownBy(() -> say(topic, "lost or not"))
            .isInstanceOf(LogUnavailableException.class);
        assertThat(topic.ledger().state(A)).contains(new Talk(List.of("one")));
        broker.restart();
        await()
            .atMost(LONG)
            .ignoreExceptionsInstanceOf(LogUnavailableException.class)
            .until(() -> {
              say(topic, "after");
              return true;
            });
        List<String> words = topic.ledger().state(A).orElseThrow().words();
        assertThat(words).startsWith("one").endsWith("after");
        assertThat(words.stream().filter("one"::equals)).hasSize(1);
      }
    }
  }

  @Test
  void aBrokerThatHangsIsReportedInTime() {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      LogSettings settings = settings(broker).withTimeout(Duration.ofSeconds(2));
      try (OwnedTopic<Talk, Word> topic = open(settings)) {
        say(topic, "one");
        broker.pause();
        try {
          assertThatThrownBy(() -> say(topic, "lost or not"))
              .isInstanceOf(LogUnavailableException.class);
        } finally {
          broker.resume();
        }
        await()
            .atMost(LONG)
            .ignoreExceptionsInstanceOf(LogUnavailableException.class)
            .until(() -> {
              say(topic, "after");
              return true;
            });
        assertThat(topic.ledger().state(A).orElseThrow().words()).endsWith("after");
      }
    }
  }

  @Test
  void aBrokerThatIsNotThereIsReportedInTime() {
    LogSettings settings =
        LogSettings.of(prefix, "n", "127.0.0.1:1").withTimeout(Duration.ofSeconds(1));
    assertThatThrownBy(() -> OwnedTopic.open(settings, MODEL))
        .isInstanceOf(LogUnavailableException.class);
  }

  private LogSettings settings(EmbeddedBroker broker) {
    return LogSettings.of(prefix, "node-1", broker.bootstrap());
  }

  private static EngineSettings engine(String prefix) {
    return new EngineSettings(
        new SmallRyeConfigBuilder()
            .withDefaultValues(
                Map.of(
                    "varve.prefix",
                    prefix,
                    "varve.node",
                    "node-1",
                    "varve.kafka.bootstrap",
                    EmbeddedBroker.shared().bootstrap(),
                    "varve.postgres.url",
                    EmbeddedPostgres.shared().url(),
                    "varve.postgres.user",
                    "varve"))
            .build());
  }

  private OwnedTopic<Talk, Word> open(LogSettings settings) {
    OwnedTopic<Talk, Word> topic = OwnedTopic.open(settings, MODEL, postgres, STATES);
    topic.ledger().listen(changes::add);
    topic.start(LONG);
    return topic;
  }

  private static void say(OwnedTopic<Talk, Word> topic, String text) {
    topic.commands().run(CAUSE, view -> Decision.accept(A, new Word.Said(text), ""));
  }

  private ConsumerRecord<byte[], byte[]> firstRecord(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", EmbeddedBroker.shared().bootstrap()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      await().atMost(LONG).until(() -> consumer.listTopics().containsKey(topic));
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      return consumer.poll(LONG).iterator().next();
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }
}
