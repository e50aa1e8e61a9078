package dev.varve.eventlog.adapter.postgres;

import static java.util.Comparator.naturalOrder;

import dev.varve.eventlog.EventCodec;
import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.Evolution;
import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.StateCodec;
import dev.varve.eventlog.Subject;
import dev.varve.eventlog.fold.Checkpoint;
import dev.varve.eventlog.fold.Checkpoint.LastEvent;
import dev.varve.eventlog.fold.Counted;
import dev.varve.eventlog.fold.Fold;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the history of a topic's subjects in PostgreSQL, and is the checkpoint of its ledger.
 *
 * <p>It is fed from the ledger's fold, so nothing is judged or folded twice, over a bounded queue
 * and on a thread of its own. When PostgreSQL is away or slow the ledger goes on; once the queue
 * has overflowed, this thread folds the log by itself from the stored offsets until it can take
 * over from the ledger again. Rows and offsets commit together, so each event is written exactly
 * once.
 *
 * <p>One process writes a schema at a time, held by an advisory lock; others wait to take over.
 */
public final class HistoryProjection<S, E> implements Checkpoint<S>, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(HistoryProjection.class);
  private static final int QUEUE = 50_000;
  private static final int BATCH = 5_000;
  private static final Duration POLL = Duration.ofMillis(500);

  /**
   * Nobody's answer waits for these rows; a transaction for each event costs as much as the event.
   */
  private static final Duration GATHERING = Duration.ofMillis(50);

  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final PostgresSettings settings;
  private final StateCodec<S> states;
  private final EventCodec<E> codec;
  private final Evolution<S, E> evolution;
  private final HistorySchema schema;
  private final HistoryWriter<S> writer;
  private final ChangeQueue<S, E> queue;
  private final WrittenOffsets written = new WrittenOffsets();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable Connection busy;
  private @Nullable Thread thread;

  public HistoryProjection(
      PostgresSettings settings,
      StateCodec<S> states,
      EventCodec<E> codec,
      Evolution<S, E> evolution) {
    this(settings, states, codec, evolution, QUEUE);
  }

  HistoryProjection(
      PostgresSettings settings,
      StateCodec<S> states,
      EventCodec<E> codec,
      Evolution<S, E> evolution,
      int capacity) {
    this.queue = new ChangeQueue<>(capacity);
    this.settings = settings;
    this.states = states;
    this.codec = codec;
    this.evolution = evolution;
    this.schema = new HistorySchema(settings.schema(), states.version());
    this.writer = new HistoryWriter<>(schema, states);
  }

  /** To be given each counted event by the ledger that this is the checkpoint of. */
  public void accept(Counted<S, E> counted) {
    queue.offer(counted);
  }

  /** What was kept, to be asked. */
  public SubjectHistory<S> history() {
    return new HistoryQueries<>(settings.source(), schema, states);
  }

  /** Loads the checkpoint and begins to write at its offsets. */
  @Override
  public Map<Integer, Long> load(EventLog log, Checkpoint.Sink<S> sink) {
    Map<Integer, Long> from;
    try (Connection connection = settings.source().getConnection()) {
      connection.setAutoCommit(false);
      from = restore(connection, log, sink);
    } catch (SQLException | IllegalArgumentException e) {
      LOG.warnf("No checkpoint from %s, folding the whole log: %s", settings.schema(), e);
      sink.reset();
      from = Map.of();
    }
    queue.beginAt(from);
    thread =
        Thread.ofPlatform().daemon().name("history-" + settings.schema()).start(() -> run(log));
    return from;
  }

  /**
   * Waits until the rows stand for all that counted before these offsets.
   *
   * @return false after the timeout
   */
  public boolean awaitWritten(Map<Integer, Long> next, Duration timeout) {
    queue.hurry();
    try {
      return written.await(next, timeout);
    } finally {
      queue.hurried();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    queue.close();
    Thread writing = thread;
    if (writing == null) {
      return;
    }
    try {
      if (!writing.join(Duration.ofSeconds(5))) {
        Connection connection = busy;
        if (connection != null) {
          connection.abort(Runnable::run);
        }
        writing.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      LOG.debug("On closing", e);
    }
  }

  private void run(EventLog log) {
    Duration pause = SHORTEST_PAUSE;
    while (closing.getCount() > 0) {
      try (Connection connection = settings.source().getConnection()) {
        busy = connection;
        connection.setAutoCommit(false);
        if (lock(connection)) {
          pause = SHORTEST_PAUSE;
          project(connection, log);
        } else {
          LOG.debugf("Another process writes %s", settings.schema());
        }
      } catch (SQLException | LogUnavailableException e) {
        LOG.warnf("History %s waits: %s", settings.schema(), e.getMessage());
      } catch (RuntimeException e) {
        LOG.errorf(e, "History %s failed and begins again", settings.schema());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } finally {
        busy = null;
      }
      pause = sleep(pause);
    }
  }

  private void project(Connection connection, EventLog log)
      throws SQLException, InterruptedException {
    Map<Integer, Long> next = new HashMap<>(schema.open(connection, log.identity(), log.ends()));
    written.set(next);
    while (true) {
      if (!queue.continues(next)) {
        catchUp(connection, log, next);
      }
      List<Counted<S, E>> batch = queue.peek(BATCH, POLL, GATHERING);
      if (!batch.isEmpty()) {
        write(connection, batch, next);
        queue.done(batch);
      } else if (closing.getCount() == 0) {
        return;
      }
    }
  }

  /** Folds the log from the stored offsets until the ledger's changes join up seamlessly. */
  private void catchUp(Connection connection, EventLog log, Map<Integer, Long> next)
      throws SQLException {
    LOG.infof("History %s reads the log from %s", settings.schema(), next);
    queue.detach();
    Fold<S, E> fold = new Fold<>(codec, evolution);
    Map<Integer, Long> from = restore(connection, log, fold);
    try (EventLog.Reader reader = log.read(from)) {
      List<Counted<S, E>> batch = new ArrayList<>();
      while (closing.getCount() > 0) {
        List<LogRecord> records = reader.poll(POLL);
        for (LogRecord record : records) {
          Counted<S, E> counted = fold.apply(record);
          if (counted != null) {
            batch.add(counted);
          }
        }
        if (batch.size() >= BATCH || records.isEmpty() || queue.rejoin(reader.positions())) {
          write(connection, batch, next);
          batch.clear();
          if (queue.rejoin(reader.positions())) {
            next.putAll(reader.positions());
            return;
          }
        }
      }
    }
  }

  private void write(Connection connection, List<Counted<S, E>> batch, Map<Integer, Long> next)
      throws SQLException {
    List<Counted<S, E>> unwritten =
        batch.stream()
            .filter(counted ->
                counted.record().position().offset()
                    >= next.getOrDefault(counted.record().position().partition(), 0L))
            .toList();
    if (unwritten.isEmpty()) {
      return;
    }
    writer.write(connection, unwritten);
    for (Counted<S, E> counted : unwritten) {
      next.put(counted.record().position().partition(), counted.record().position().offset() + 1);
    }
    written.set(next);
  }

  private Map<Integer, Long> restore(Connection connection, EventLog log, Checkpoint.Sink<S> sink)
      throws SQLException {
    sink.reset();
    Map<Integer, Long> next = schema.checkpoint(connection, log.identity(), log.ends());
    if (next == null) {
      return Map.of();
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            schema.sql(
                """
                select subject_type, subject_id, sequence, event_id, valid_from_time, state,
                  opened_at, valid_from_partition, closed_at
                from SCHEMA.subject_now where closed_at is null or closed_at >= ?
                """))) {
      // the partitions' own offsets are looked at by the sink
      statement.setLong(1, next.values().stream().min(naturalOrder()).orElse(0L) - Fold.HOLDS);
      statement.setFetchSize(1_000);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          String json = rows.getString(6);
          sink.restore(
              new Subject(
                  PostgresText.back(rows.getString(1)), PostgresText.back(rows.getString(2))),
              new LastEvent(
                  rows.getLong(3),
                  PostgresText.back(rows.getString(4)),
                  rows.getObject(5, OffsetDateTime.class).toInstant(),
                  rows.getLong(7),
                  closing(rows)),
              json == null ? null : states.decode(PostgresText.backJson(json)));
        }
      }
    }
    connection.commit();
    return next;
  }

  private static @Nullable Position closing(ResultSet row) throws SQLException {
    long offset = row.getLong("closed_at");
    return row.wasNull() ? null : new Position(row.getInt("valid_from_partition"), offset);
  }

  /** Held until the connection ends. */
  private boolean lock(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("select pg_try_advisory_lock(hashtextextended(?, 0))")) {
      statement.setString(1, "varve history " + settings.schema());
      try (ResultSet result = statement.executeQuery()) {
        return result.next() && result.getBoolean(1);
      }
    }
  }

  private Duration sleep(Duration pause) {
    try {
      boolean _ = closing.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Duration longer = pause.multipliedBy(2);
    return longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
  }
}
