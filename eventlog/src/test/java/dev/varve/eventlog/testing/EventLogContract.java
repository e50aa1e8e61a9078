package dev.varve.eventlog.testing;

import static dev.varve.eventlog.testing.Proposals.said;
import static dev.varve.eventlog.testing.Proposals.seen;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Proposal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link EventLog} does. */
public abstract class EventLogContract {
  private EventLog log;
  private final List<EventLog.Reader> readers = new ArrayList<>();

  /** A new, empty log. */
  protected abstract EventLog open(int partitions);

  @BeforeEach
  void openLog() {
    log = open(1);
  }

  @AfterEach
  void closeLog() {
    readers.forEach(EventLog.Reader::close);
    log.close();
  }

  @Test
  void givesBackWhatWasAppendedToTheLastAttribute() throws Exception {
    Proposal first = said("container/a/b", 1, "eins");
    Proposal second = seen(said("name/w\u00e4b \u2603", 7, "zwei"), 5, true);

    List<Position> positions = append(first, second);

    assertThat(positions).containsExactly(new Position(0, 0), new Position(0, 1));
    List<LogRecord> records = take(reader(Map.of()), 2);
    assertThat(records).extracting(LogRecord::position).isEqualTo(positions);
    for (int i = 0; i < 2; i++) {
      assertThat(records.get(i).proposal())
          .usingRecursiveComparison()
          .isEqualTo(List.of(first, second).get(i));
    }
  }

  @Test
  void endsAreAfterTheLastRecord() throws Exception {
    assertThat(log.ends()).containsExactlyEntriesOf(Map.of(0, 0L));
    append(said("a/1", 1, "x"), said("a/1", 2, "y"));
    assertThat(log.ends()).containsExactlyEntriesOf(Map.of(0, 2L));
  }

  @Test
  void appendsWithoutJudging() throws Exception {
    Proposal proposal = said("a/1", 9, "x");
    append(proposal, proposal);
    assertThat(take(reader(Map.of()), 2)).hasSize(2);
  }

  @Test
  void readsFromAGivenOffset() throws Exception {
    append(said("a/1", 1, "x"), said("a/1", 2, "y"), said("a/1", 3, "z"));
    EventLog.Reader reader = reader(Map.of(0, 2L));
    assertThat(reader.positions()).containsExactlyEntriesOf(Map.of(0, 2L));
    assertThat(take(reader, 1).getFirst().proposal().sequence()).isEqualTo(3);
    assertThat(reader.positions()).containsExactlyEntriesOf(Map.of(0, 3L));
  }

  @Test
  void aReaderAtTheEndIsWokenByAnAppend() throws Exception {
    EventLog.Reader reader = reader(Map.of());
    assertThat(reader.poll(Duration.ZERO)).isEmpty();
    CompletableFuture<List<LogRecord>> polled =
        CompletableFuture.supplyAsync(() -> take(reader, 1));
    append(said("a/1", 1, "x"));
    assertThat(polled.get(30, SECONDS)).hasSize(1);
  }

  @Test
  void readersAreIndependent() throws Exception {
    append(said("a/1", 1, "x"));
    EventLog.Reader one = reader(Map.of());
    EventLog.Reader other = reader(Map.of());
    assertThat(take(one, 1)).hasSize(1);
    assertThat(take(other, 1)).hasSize(1);
  }

  @Test
  void closingAReaderWakesItsPoll() throws Exception {
    EventLog.Reader reader = reader(Map.of());
    CompletableFuture<List<LogRecord>> polled =
        CompletableFuture.supplyAsync(() -> reader.poll(Duration.ofMinutes(5)));
    await().until(() -> !polled.isDone());
    reader.close();
    assertThat(polled.get(30, SECONDS)).isEmpty();
    assertThat(reader.poll(Duration.ofMinutes(5))).isEmpty();
    reader.close();
  }

  @Test
  void aSubjectKeepsItsOrderInOneOfManyPartitions() throws Exception {
    log.close();
    log = open(4);
    assertThat(log.ends()).hasSize(4);
    List<Proposal> batch = new ArrayList<>();
    for (int sequence = 1; sequence <= 20; sequence++) {
      for (int subject = 0; subject < 10; subject++) {
        batch.add(said("a/" + subject, sequence, "x"));
      }
    }
    append(batch.toArray(Proposal[]::new));

    Map<String, List<Long>> sequences = new HashMap<>();
    Map<String, Integer> partitions = new HashMap<>();
    for (LogRecord record : take(reader(Map.of()), batch.size())) {
      String subject = record.proposal().subject().toString();
      sequences
          .computeIfAbsent(subject, ignored -> new ArrayList<>())
          .add(record.proposal().sequence());
      assertThat(log.partition(record.proposal().subject()))
          .isEqualTo(record.position().partition());
      Integer before = partitions.put(subject, record.position().partition());
      assertThat(before).isIn(null, record.position().partition());
    }
    assertThat(sequences).hasSize(10);
    assertThat(sequences.values()).allSatisfy(list -> assertThat(list).hasSize(20).isSorted());
    assertThat(partitions.values().stream().distinct().count()).isGreaterThan(1);
  }

  @Test
  void concurrentBatchesAreNotMixed() throws Exception {
    List<CompletableFuture<List<Position>>> appends = new ArrayList<>();
    for (int writer = 0; writer < 8; writer++) {
      int number = writer;
      appends.add(
          CompletableFuture.completedFuture(number)
              .thenComposeAsync(n ->
                  log.append(
                      List.of(
                          said("a/" + n, 1, "x"),
                          said("b/" + n, 1, "y"),
                          said("c/" + n, 1, "z")))));
    }
    for (CompletableFuture<List<Position>> append : appends) {
      List<Position> positions = append.get(30, SECONDS);
      assertThat(positions.get(1).offset()).isEqualTo(positions.get(0).offset() + 1);
      assertThat(positions.get(2).offset()).isEqualTo(positions.get(0).offset() + 2);
    }
  }

  @Test
  void anEmptyBatchIsDoneAtOnce() throws Exception {
    assertThat(append()).isEmpty();
    assertThat(log.ends()).containsExactlyEntriesOf(Map.of(0, 0L));
  }

  @Test
  void identityIsThatOfThisVeryLog() {
    String identity = log.identity();
    assertThat(identity).isNotBlank();
    assertThat(log.identity()).isEqualTo(identity);
    try (EventLog other = open(1)) {
      assertThat(other.identity()).isNotEqualTo(identity);
    }
  }

  @Test
  void refusesAppendsAfterClose() {
    log.close();
    assertThatThrownBy(() -> append(said("a/1", 1, "x")))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(LogUnavailableException.class);
  }

  private List<Position> append(Proposal... batch) throws Exception {
    return log.append(List.of(batch)).get(30, SECONDS);
  }

  private EventLog.Reader reader(Map<Integer, Long> from) {
    EventLog.Reader reader = log.read(from);
    readers.add(reader);
    return reader;
  }

  private static List<LogRecord> take(EventLog.Reader reader, int count) {
    List<LogRecord> records = new ArrayList<>();
    long deadline = System.nanoTime() + SECONDS.toNanos(30);
    while (records.size() < count && System.nanoTime() < deadline) {
      records.addAll(reader.poll(Duration.ofMillis(200)));
    }
    assertThat(records).hasSize(count);
    return records;
  }
}
