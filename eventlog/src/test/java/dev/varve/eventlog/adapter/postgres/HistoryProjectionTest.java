package dev.varve.eventlog.adapter.postgres;

import static dev.varve.eventlog.testing.Proposals.CAUSE;
import static dev.varve.eventlog.testing.Proposals.said;
import static dev.varve.eventlog.testing.Proposals.typed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.eventlog.Change;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.Ledger.Versioned;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.StateCodec;
import dev.varve.eventlog.Subject;
import dev.varve.eventlog.adapter.jackson.JsonStateCodec;
import dev.varve.eventlog.adapter.memory.InMemoryEventLog;
import dev.varve.eventlog.fold.Checkpoint;
import dev.varve.eventlog.fold.FoldingLedger;
import dev.varve.eventlog.fold.LogCommandRunner;
import dev.varve.eventlog.testing.EmbeddedPostgres;
import dev.varve.eventlog.testing.Letters;
import dev.varve.eventlog.testing.Letters.Talk;
import dev.varve.eventlog.testing.Letters.Word;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HistoryProjectionTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int QUEUE = 1_000;
  private static final Subject A = Subject.parse("talk/a");
  private static final Subject B = Subject.parse("talk/b");
  private static final String CLOSED = "dev.varve.letters.v1.Closed";

  private EmbeddedPostgres postgres = EmbeddedPostgres.shared();
  private final String schema = "test_" + UUID.randomUUID().toString().replace('-', '_');
  private final InMemoryEventLog log = new InMemoryEventLog();
  private final List<Running> running = new ArrayList<>();

  /** One process of a service: ledger and projection over the log. */
  private final class Running implements AutoCloseable {
    final HistoryProjection<Talk, Word> projection;
    final FoldingLedger<Talk, Word> ledger;
    final List<Change<Talk, Word>> changes = new CopyOnWriteArrayList<>();

    Running(EventLog over, StateCodec<Talk> codec) {
      projection =
          new HistoryProjection<>(
              postgres.settings(schema), codec, Letters.CODEC, Letters.EVOLUTION, QUEUE);
      ledger = new FoldingLedger<>("letters", over, Letters.CODEC, Letters.EVOLUTION, projection);
      ledger.listenCounted(projection::accept);
      ledger.listen(changes::add);
      running.add(this);
      ledger.start(LONG);
    }

    void awaitWritten() {
      assertThat(projection.awaitWritten(ledger.lastCounted(), LONG)).isTrue();
    }

    SubjectHistory<Talk> history() {
      awaitWritten();
      return projection.history();
    }

    @Override
    public void close() {
      ledger.close();
      projection.close();
    }
  }

  @AfterEach
  void stop() {
    running.forEach(Running::close);
    if (postgres != EmbeddedPostgres.shared()) {
      postgres.close();
    } else {
      postgres.execute("drop schema if exists " + schema + " cascade");
    }
  }

  @Test
  void keepsEveryLayerWithItsValidity() {
    Instant t = Instant.parse("2026-03-01T00:00:00Z");
    Running service = start();
    append(
        at(t, said("talk/a", 1, "one")),
        at(t.plusSeconds(10), said("talk/a", 2, "two")),
        at(t.plusSeconds(15), said("talk/b", 1, "other")),
        at(t.plusSeconds(20), typed("talk/a", 3, CLOSED)),
        at(t.plusSeconds(30), said("talk/a", 4, "again")));
    awaitOffset(service, 5);
    SubjectHistory<Talk> history = service.history();

    assertThat(history.at(A, t.minusMillis(1))).isEmpty();
    assertThat(history.at(A, t)).contains(talk("one"));
    assertThat(history.at(A, t.plusSeconds(10).minusNanos(1000))).contains(talk("one"));
    assertThat(history.at(A, t.plusSeconds(10))).contains(talk("one", "two"));
    assertThat(history.at(A, t.plusSeconds(25))).isEmpty();
    assertThat(history.at(A, t.plusSeconds(30))).contains(talk("again"));

    assertThat(history.at(A, new Position(0, 0))).contains(talk("one"));
    assertThat(history.at(A, new Position(0, 2))).contains(talk("one", "two"));
    assertThat(history.at(A, new Position(0, 3))).isEmpty();

    assertThat(history.allAt("talk", t.plusSeconds(16)))
        .containsExactlyInAnyOrderEntriesOf(Map.of(A, talk("one", "two"), B, talk("other")));
    assertThat(history.allAt("talk", t.plusSeconds(25))).isEqualTo(Map.of(B, talk("other")));
    assertThat(history.allAt("talk", new Position(0, 0))).isEqualTo(Map.of(A, talk("one")));
    assertThat(history.allAt("talk", new Position(0, 4)))
        .isEqualTo(Map.of(A, talk("again"), B, talk("other")));
    assertThat(history.allAt("name", t.plusSeconds(16))).isEmpty();

    List<SubjectHistory.Layer<Talk>> layers = history.layers(A);
    assertThat(layers).extracting(SubjectHistory.Layer::sequence).containsExactly(1L, 2L, 3L, 4L);
    SubjectHistory.Layer<Talk> second = layers.get(1);
    assertThat(second.state()).isEqualTo(talk("one", "two"));
    assertThat(second.time()).isEqualTo(t.plusSeconds(10));
    assertThat(second.actor()).isEqualTo(CAUSE.actor());
    assertThat(second.causationId()).isEqualTo(CAUSE.causationId());
    assertThat(second.correlationId()).isEqualTo(CAUSE.correlationId());
    assertThat(second.eventType()).isEqualTo("dev.varve.letters.v1.Said");
    assertThat(second.position()).isEqualTo(new Position(0, 1));
    assertThat(layers.get(2).state()).isNull();
    assertSound();
  }

  @Test
  void aStartLoadsTheCheckpointAndFoldsTheTailOnly() {
    Running first = start();
    append(said("talk/a", 1, "one"), said("talk/b", 1, "b"), typed("talk/b", 2, CLOSED));
    append(typed("talk/c", 1, "dev.varve.letters.v9.Unknown"));
    awaitOffset(first, 4);
    first.awaitWritten();
    first.close();
    append(said("talk/a", 2, "two"), said("talk/b", 1, "late"), said("talk/c", 2, "c"));

    Running second = start();
    assertThat(second.changes).hasSize(2); // the tail, without the void one
    assertThat(second.ledger.get(A)).isEqualTo(versioned(2, "one", "two"));
    assertThat(second.ledger.get(B).sequence()).isEqualTo(2);
    assertThat(second.ledger.get(B).state()).isEmpty();
    assertThat(second.ledger.state(Subject.parse("talk/c"))).contains(talk("c"));
    second.awaitWritten();
    assertSound();
  }

  @Test
  void theRestOfADecisionCountsAlsoAfterACheckpointInItsMiddle() {
    Running first = start();
    append(said("decision", "talk/a", 1, "one"));
    awaitOffset(first, 1);
    first.awaitWritten();
    first.close();
    append(said("decision+1", "talk/a", 2, "two"), said("other+1", "talk/a", 3, "no"));
    Running second = start();
    assertThat(second.ledger.get(A)).isEqualTo(versioned(2, "one", "two"));
  }

  @Test
  void aDroppedSchemaIsFilledAgainWhileRunning() {
    Running service = start();
    append(said("talk/a", 1, "one"));
    awaitOffset(service, 1);
    service.awaitWritten();
    postgres.execute("drop schema " + schema + " cascade");
    append(said("talk/a", 2, "two"));
    await().atMost(LONG).ignoreExceptions().until(() -> count("subject_history") == 2);
    assertThat(service.history().layers(A)).hasSize(2);
    assertSound();
  }

  @Test
  void aDroppedSchemaIsFilledAgainAtStart() {
    Running first = start();
    append(said("talk/a", 1, "one"), said("talk/a", 2, "two"));
    awaitOffset(first, 2);
    first.close();
    postgres.execute("drop schema " + schema + " cascade");
    Running second = start();
    assertThat(second.changes).hasSize(2);
    assertThat(second.history().layers(A)).hasSize(2);
  }

  @Test
  void anotherVersionOfStatesIsNotTrusted() {
    Running first = start();
    append(said("talk/a", 1, "one"));
    awaitOffset(first, 1);
    first.awaitWritten();
    first.close();
    Running second = new Running(log, JsonStateCodec.of(Talk.class, 2));
    assertThat(second.changes).hasSize(1);
    assertThat(second.history().layers(A)).hasSize(1);
    second.close();
    assertThat(new Running(log, JsonStateCodec.of(Talk.class, 2)).changes).isEmpty();
  }

  @Test
  void aCheckpointOfAnotherLogIsNotTrusted() {
    Running first = start();
    append(said("talk/a", 1, "one"), said("talk/a", 2, "two"));
    awaitOffset(first, 2);
    first.awaitWritten();
    first.close();
    InMemoryEventLog other = new InMemoryEventLog();
    var _ =
        other.append(
            List.of(said("talk/b", 1, "b"), said("talk/b", 2, "b"), said("talk/b", 3, "b")));
    Running second = new Running(other, JsonStateCodec.of(Talk.class, 1));
    assertThat(second.ledger.live()).containsOnlyKeys(B);
    assertThat(second.history().layers(A)).isEmpty();
    assertThat(second.history().layers(B)).hasSize(3);
  }

  @Test
  void aCheckpointBeyondTheEndOfTheLogIsNotTrusted() {
    Running first = start();
    append(said("talk/a", 1, "one"));
    awaitOffset(first, 1);
    first.awaitWritten();
    first.close();
    postgres.execute("update " + schema + ".next_offset set next_offset = 7");
    Running second = start();
    assertThat(second.changes).hasSize(1);
    assertThat(second.ledger.get(A)).isEqualTo(versioned(1, "one"));
    append(said("talk/a", 2, "two"));
    awaitOffset(second, 2);
    assertThat(second.history().layers(A)).hasSize(2);
  }

  @Test
  void nulAndBrokenSurrogatesAreKept() {
    String nasty = "nul \u0000 half \uD83D mark \uE000 tab \t back \\u0000 \\N \r\n";
    Running service = start();
    LogCommandRunner<Talk, Word> commands =
        new LogCommandRunner<>(
            log, service.ledger, Letters.CODEC, "node\u0000", Instant::now, LONG);
    Subject subject = new Subject("talk", "a\u0000b");
    // a word's bytes are UTF-8, which has no half surrogates; the log in memory keeps what it is
    // given
    commands.run(CAUSE, view -> Decision.accept(subject, new Word.Said("nul \u0000 \uE000"), ""));
    commands.run(
        CAUSE, view -> Decision.accept(new Subject("talk", nasty), new Word.Said("x"), ""));
    SubjectHistory<Talk> history = service.history();
    assertThat(history.layers(subject).getFirst().state()).isEqualTo(talk("nul \u0000 \uE000"));
    assertThat(history.layers(subject).getFirst().node()).isEqualTo("node\u0000");
    assertThat(history.layers(new Subject("talk", nasty))).hasSize(1);
    service.close();
    Running second = start();
    assertThat(second.changes).isEmpty();
    assertThat(second.ledger.state(subject)).contains(talk("nul \u0000 \uE000"));
    assertThat(second.ledger.live()).containsKey(new Subject("talk", nasty));
  }

  @Test
  void whatPostgresRefusesStopsNobodyAndIsNotTakenForACheckpoint() {
    Running service = start();
    String tooLongForAnIndex = randomText(20_000);
    append(
        said("talk/a", 1, "one"),
        said("talk/" + tooLongForAnIndex, 1, "x"),
        said("talk/a", 2, "two"));
    awaitOffset(service, 3);
    assertThat(service.history().layers(A)).hasSize(2);
    service.close();
    Running second = start();
    assertThat(second.ledger.live()).hasSize(2);
  }

  @Test
  void aStateWithoutJsonStopsNobody() {
    StateCodec<Talk> good = JsonStateCodec.of(Talk.class, 1);
    StateCodec<Talk> failing =
        new StateCodec<>() {
          @Override
          public int version() {
            return 1;
          }

          @Override
          public String encode(Talk state) {
            if (state.words().contains("bad state")) {
              throw new IllegalStateException("bad state");
            }
            return good.encode(state);
          }

          @Override
          public Talk decode(String json) {
            return good.decode(json);
          }
        };
    Running service = new Running(log, failing);
    append(said("talk/a", 1, "bad state"), said("talk/b", 1, "one"));
    awaitOffset(service, 2);
    assertThat(service.history().layers(B)).hasSize(1);
    assertThat(service.history().layers(A).getFirst().state()).isNull();
    service.close();
    Running second = start();
    assertThat(second.ledger.live()).containsOnlyKeys(A, B);
  }

  @Test
  void postgresMayBeAwayAndNothingIsLost() {
    postgres = EmbeddedPostgres.start();
    Running service = start();
    append(said("talk/a", 1, "one"));
    awaitOffset(service, 1);
    service.awaitWritten();
    postgres.crash();
    append(said("talk/a", 2, "two"), said("talk/a", 3, "three"));
    awaitOffset(service, 3);
    assertThat(service.ledger.get(A)).isEqualTo(versioned(3, "one", "two", "three"));
    postgres.restart();
    assertThat(service.history().layers(A)).hasSize(3);
    assertSound();
  }

  @Test
  void aStartWithoutPostgresFoldsTheLogAndWritesLater() {
    postgres = EmbeddedPostgres.start();
    append(said("talk/a", 1, "one"));
    postgres.stop();
    Running service = start();
    assertThat(service.ledger.get(A)).isEqualTo(versioned(1, "one"));
    postgres.restart();
    assertThat(service.history().layers(A)).hasSize(1);
  }

  @Test
  void aQueueThatOverflowedIsMadeUpForFromTheLog() {
    postgres = EmbeddedPostgres.start();
    Running service = start();
    append(said("talk/0", 1, "x"));
    awaitOffset(service, 1);
    service.awaitWritten();
    postgres.stop();
    int events = 8_000;
    int[] sequences = new int[100];
    sequences[0] = 1;
    Random random = new Random(7);
    for (int i = 1; i < events; i++) {
      int subject = random.nextInt(sequences.length);
      int sequence = ++sequences[subject];
      append(
          sequence % 5 == 0
              ? typed("talk/" + subject, sequence, CLOSED)
              : said("talk/" + subject, sequence, "x"));
    }
    awaitOffset(service, events);
    postgres.restart();
    service.awaitWritten();
    append(said("talk/new", 1, "after"));
    awaitOffset(service, events + 1);
    service.awaitWritten();
    assertThat(count("subject_history")).isEqualTo(events + 1L);
    assertSound();
    service.close();
    Running second = start();
    assertThat(second.changes).isEmpty();
    assertThat(second.ledger.live()).isEqualTo(service.ledger.live());
    for (int subject = 0; subject < sequences.length; subject++) {
      assertThat(second.ledger.get(new Subject("talk", "" + subject)).sequence())
          .isEqualTo(sequences[subject]);
    }
  }

  @Test
  void oneOfTwoProcessesWritesAndTheOtherTakesOver() {
    Running first = start();
    append(said("talk/a", 1, "one"));
    awaitOffset(first, 1);
    first.awaitWritten();
    Running second = start();
    append(said("talk/a", 2, "two"));
    awaitOffset(first, 2);
    first.awaitWritten();
    assertThat(count("subject_history")).isEqualTo(2);
    first.close();
    append(said("talk/a", 3, "three"));
    awaitOffset(second, 3);
    assertThat(second.history().layers(A)).hasSize(3);
    assertSound();
  }

  @Test
  void rowsOfAnyHistoryEqualItsFold() {
    Random random = new Random(11);
    int total = 0;
    Running service = start();
    int[] sequences = new int[5];
    for (int round = 0; round < 30; round++) {
      for (int i = random.nextInt(200); i > 0; i--) {
        int subject = random.nextInt(sequences.length);
        int sequence = sequences[subject] + 1 + (random.nextInt(4) == 0 ? 1 : 0);
        if (sequence == sequences[subject] + 1) {
          sequences[subject]++;
        }
        append(
            random.nextInt(6) == 0
                ? typed("talk/" + subject, sequence, CLOSED)
                : said("talk/" + subject, sequence, "w" + i));
        total++;
      }
      if (random.nextInt(5) == 0) {
        service.close();
        service = start();
      }
    }
    awaitOffset(service, total);
    service.awaitWritten();
    Position end = new Position(0, total);
    assertThat(service.history().allAt("talk", end)).isEqualTo(service.ledger.live());
    FoldingLedger<Talk, Word> full =
        new FoldingLedger<>("full", log, Letters.CODEC, Letters.EVOLUTION, Checkpoint.none());
    full.start(LONG);
    assertThat(service.ledger.live()).isEqualTo(full.live());
    full.close();
    assertSound();
  }

  private Running start() {
    return new Running(log, JsonStateCodec.of(Talk.class, 1));
  }

  private void append(Proposal... proposals) {
    log.append(List.of(proposals)).join();
  }

  private static void awaitOffset(Running service, long offset) {
    service.ledger.awaitPassed(new Position(0, offset - 1), LONG);
  }

  /** Layers of a subject join without gap or overlap, and just one of them is open-ended. */
  private void assertSound() {
    assertThat(
            queryLong(
                """
                select count(*) from (
                  select sequence, valid_to_offset, valid_to_time,
                    lead(sequence) over w s, lead(valid_from_offset) over w o,
                    lead(valid_from_time) over w t,
                    lag(sequence) over w p
                  from %s.subject_history
                  window w as (partition by subject_type, subject_id order by sequence)) x
                where (s is not null and s <> sequence + 1)
                  or (p is null and sequence <> 1)
                  or valid_to_offset is distinct from o or valid_to_time is distinct from t
                """
                    .formatted(schema)))
        .isZero();
  }

  private long count(String table) {
    return queryLong("select count(*) from " + schema + "." + table);
  }

  private long queryLong(String sql) {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Proposal at(Instant time, Proposal p) {
    return new Proposal(
        p.id(),
        p.subject(),
        p.sequence(),
        p.type(),
        time.truncatedTo(ChronoUnit.MICROS),
        p.cause(),
        p.node(),
        p.data());
  }

  private static String randomText(int length) {
    Random random = new Random(3);
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append((char) ('!' + random.nextInt(90)));
    }
    return text.toString();
  }

  private static Talk talk(String... words) {
    return new Talk(List.of(words));
  }

  private static Versioned<Talk> versioned(long sequence, String... words) {
    return new Versioned<>(sequence, Optional.of(talk(words)));
  }
}
