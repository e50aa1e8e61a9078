package dev.varve.eventlog.adapter.kafka;

import static dev.varve.eventlog.testing.Proposals.said;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventlog.DeadLetters;
import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.testing.EmbeddedBroker;
import dev.varve.eventlog.testing.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Readers of one process share the end of a topic; others write to it as well. */
final class TailingReaderTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final EmbeddedBroker broker = EmbeddedBroker.shared();
  private final DeadLetters.InMemory deadLetters = new DeadLetters.InMemory();
  private final String topic = Topics.fresh();

  private KafkaEventLog open() {
    return Topics.open(broker, topic, 1, deadLetters);
  }

  private static void append(EventLog log, long sequence) throws Exception {
    log.append(List.of(said("a/1", sequence, "ours"))).get(30, TimeUnit.SECONDS);
  }

  /** What another process does. */
  private void appendElsewhere(long sequence) throws Exception {
    Properties properties = new KafkaConnection(broker.bootstrap(), null).properties();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(new CloudEventRecords(topic, "letters").encode(said("a/1", sequence, "theirs")))
          .get(30, TimeUnit.SECONDS);
    }
  }

  private static void expect(EventLog.Reader reader, long from, long to) {
    List<LogRecord> records = new ArrayList<>();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (records.size() <= to - from && System.nanoTime() < deadline) {
      records.addAll(reader.poll(Duration.ofMillis(200)));
    }
    assertThat(records)
        .extracting(record -> record.proposal().sequence())
        .containsExactlyElementsOf(LongStream.rangeClosed(from, to).boxed().toList());
    assertThat(records)
        .extracting(record -> record.position().offset())
        .containsExactlyElementsOf(LongStream.range(from - 1, to).boxed().toList());
  }

  @Test
  void oursAndTheirsComeInTheOrderOfTheLog() throws Exception {
    try (KafkaEventLog log = open();
        EventLog.Reader reader = log.read(Map.of())) {
      append(log, 1);
      appendElsewhere(2);
      append(log, 3);
      append(log, 4);
      appendElsewhere(5);
      expect(reader, 1, 5);
    }
  }

  @Test
  void aReaderOfThePastJoinsThePresentWithoutGapOrRepetition() throws Exception {
    try (KafkaEventLog log = open();
        EventLog.Reader present = log.read(Map.of())) {
      for (int sequence = 1; sequence <= 50; sequence++) {
        append(log, sequence);
      }
      try (EventLog.Reader past = log.read(Map.of());
          EventLog.Reader middle = log.read(Map.of(0, 20L))) {
        expect(past, 1, 50);
        append(log, 51);
        expect(past, 51, 51);
        expect(middle, 21, 51);
      }
      expect(present, 1, 51);
    }
  }

  @Test
  void logsOfOneTopicShareItsEnd() throws Exception {
    try (KafkaEventLog first = open();
        EventLog.Reader reader = first.read(Map.of())) {
      try (KafkaEventLog second = open()) {
        append(second, 1);
        expect(reader, 1, 1);
      }
      append(first, 2);
      expect(reader, 2, 2);
    }
  }

  @Test
  void aReaderThatFallsFarBehindReadsForItself() throws Exception {
    try (KafkaEventLog log = open();
        EventLog.Reader slow = log.read(Map.of())) {
      List<Proposal> batch = new ArrayList<>();
      for (int sequence = 1; sequence <= 10_500; sequence++) {
        batch.add(said("a/1", sequence, "ours"));
      }
      log.append(batch).get(30, TimeUnit.SECONDS);
      expect(slow, 1, 10_500);
      append(log, 10_501);
      expect(slow, 10_501, 10_501);
    }
  }

  @Test
  void aClosedReaderGivesNothing() throws Exception {
    try (KafkaEventLog log = open()) {
      EventLog.Reader reader = log.read(Map.of());
      reader.close();
      append(log, 1);
      assertThat(reader.poll(PATIENCE)).isEmpty();
    }
  }
}
