package dev.varve.eventlog.assembly;

import dev.varve.eventlog.CommandRunner;
import dev.varve.eventlog.DeadLetters;
import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.Ledger;
import dev.varve.eventlog.StateCodec;
import dev.varve.eventlog.adapter.kafka.KafkaEventLog;
import dev.varve.eventlog.adapter.postgres.HistoryProjection;
import dev.varve.eventlog.adapter.postgres.PostgresSettings;
import dev.varve.eventlog.adapter.postgres.SubjectHistory;
import dev.varve.eventlog.fold.Checkpoint;
import dev.varve.eventlog.fold.FoldingLedger;
import dev.varve.eventlog.fold.LogCommandRunner;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The topic a service owns: its log, its ledger, the runner of its commands and, where PostgreSQL
 * is given, the history of its subjects.
 *
 * <p>Lifecycle: open, listen, {@link #start}, use from any thread, close.
 */
public final class OwnedTopic<S, E> implements AutoCloseable {
  private final EventLog log;
  private final FoldingLedger<S, E> ledger;
  private final LogCommandRunner<S, E> commands;
  private final @Nullable HistoryProjection<S, E> projection;
  private final DeadLetters deadLetters;

  private OwnedTopic(
      EventLog log,
      String node,
      TopicModel<S, E> model,
      Duration timeout,
      @Nullable HistoryProjection<S, E> projection,
      DeadLetters deadLetters) {
    this.log = log;
    Checkpoint<S> checkpoint = projection == null ? Checkpoint.none() : projection;
    this.ledger =
        new FoldingLedger<>(model.service(), log, model.codec(), model.evolution(), checkpoint);
    if (projection != null) {
      ledger.listenCounted(projection::accept);
    }
    this.commands =
        new LogCommandRunner<>(log, ledger, model.codec(), node, InstantSource.system(), timeout);
    this.projection = projection;
    this.deadLetters = deadLetters;
  }

  /**
   * In memory only: every start folds the whole topic.
   *
   * @throws dev.varve.eventlog.LogUnavailableException when Kafka does not answer in time
   */
  public static <S, E> OwnedTopic<S, E> open(LogSettings settings, TopicModel<S, E> model) {
    return open(settings, model, (HistoryProjection<S, E>) null);
  }

  /**
   * With the history of its subjects in PostgreSQL, which is also the checkpoint of its starts. A
   * PostgreSQL that is away delays nothing but the history.
   *
   * @throws dev.varve.eventlog.LogUnavailableException when Kafka does not answer in time
   */
  public static <S, E> OwnedTopic<S, E> open(
      LogSettings settings,
      TopicModel<S, E> model,
      PostgresSettings postgres,
      StateCodec<S> states) {
    return open(
        settings,
        model,
        new HistoryProjection<>(postgres, states, model.codec(), model.evolution()));
  }

  /**
   * As the engine is set up: with history where it has a database.
   *
   * @throws dev.varve.eventlog.LogUnavailableException when Kafka does not answer in time
   */
  public static <S, E> OwnedTopic<S, E> open(
      EngineSettings engine, TopicModel<S, E> model, StateCodec<S> states) {
    return engine
        .postgres(model.service())
        .map(postgres -> open(engine.log(), model, postgres, states))
        .orElseGet(() -> open(engine.log(), model));
  }

  /** Over a log that somebody else opened, for example one in memory; it is closed with this. */
  public static <S, E> OwnedTopic<S, E> over(EventLog log, String node, TopicModel<S, E> model) {
    return new OwnedTopic<>(
        log, node, model, Duration.ofSeconds(30), null, new DeadLetters.InMemory());
  }

  private static <S, E> OwnedTopic<S, E> open(
      LogSettings settings, TopicModel<S, E> model, @Nullable HistoryProjection<S, E> projection) {
    DeadLetters letters = settings.deadLetters(model);
    EventLog log =
        KafkaEventLog.open(
            settings.connection(), settings.spec(model.service()), letters, settings.timeout());
    return new OwnedTopic<>(log, settings.node(), model, settings.timeout(), projection, letters);
  }

  public EventLog log() {
    return log;
  }

  public Ledger<S, E> ledger() {
    return ledger;
  }

  public CommandRunner<S, E> commands() {
    return commands;
  }

  public DeadLetters deadLetters() {
    return deadLetters;
  }

  /** Empty without PostgreSQL. */
  public Optional<SubjectHistory<S>> history() {
    return Optional.ofNullable(projection).map(HistoryProjection::history);
  }

  /**
   * Waits until the history has all that the ledger has now; true at once without PostgreSQL.
   *
   * @return false after the timeout
   */
  public boolean awaitHistory(Duration timeout) {
    Map<Integer, Long> next = ledger.lastCounted();
    return projection == null || projection.awaitWritten(next, timeout);
  }

  /** Loads the checkpoint, folds the tail; see {@link Ledger#start}. */
  public void start(Duration timeout) {
    ledger.start(timeout);
  }

  @Override
  public void close() {
    ledger.close();
    if (projection != null) {
      projection.close();
    }
    log.close();
    deadLetters.close();
  }
}
