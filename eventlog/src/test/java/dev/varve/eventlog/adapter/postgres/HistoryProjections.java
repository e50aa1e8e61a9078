package dev.varve.eventlog.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventlog.Change;
import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.Ledger.Versioned;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.StateCodec;
import dev.varve.eventlog.Subject;
import dev.varve.eventlog.adapter.jackson.JsonStateCodec;
import dev.varve.eventlog.adapter.memory.InMemoryEventLog;
import dev.varve.eventlog.fold.FoldingLedger;
import dev.varve.eventlog.testing.EmbeddedPostgres;
import dev.varve.eventlog.testing.Letters;
import dev.varve.eventlog.testing.Letters.Talk;
import dev.varve.eventlog.testing.Letters.Word;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;

/**
 * A ledger with its projection, over a log in memory and a schema of its own in a real PostgreSQL.
 */
abstract class HistoryProjections {
  static final Duration LONG = Duration.ofSeconds(60);
  static final int QUEUE = 1_000;
  static final Subject A = Subject.parse("talk/a");
  static final Subject B = Subject.parse("talk/b");
  static final String CLOSED = "dev.varve.letters.v1.Closed";

  EmbeddedPostgres postgres = EmbeddedPostgres.shared();
  final String schema = "test_" + UUID.randomUUID().toString().replace('-', '_');
  final InMemoryEventLog log = new InMemoryEventLog();
  private final List<Running> running = new ArrayList<>();

  /** One process of a service: ledger and projection over the log. */
  final class Running implements AutoCloseable {
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

  Running start() {
    return new Running(log, JsonStateCodec.of(Talk.class, 1));
  }

  void append(Proposal... proposals) {
    log.append(List.of(proposals)).join();
  }

  static void awaitOffset(Running service, long offset) {
    service.ledger.awaitPassed(new Position(0, offset - 1), LONG);
  }

  /** Layers of a subject join without gap or overlap, and just one of them is open-ended. */
  void assertSound() {
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

  long count(String table) {
    return queryLong("select count(*) from " + schema + "." + table);
  }

  long queryLong(String sql) {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static Talk talk(String... words) {
    return new Talk(List.of(words));
  }

  static Versioned<Talk> versioned(long sequence, String... words) {
    return new Versioned<>(sequence, Optional.of(talk(words)));
  }
}
