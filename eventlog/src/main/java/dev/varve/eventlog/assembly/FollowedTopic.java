package dev.varve.eventlog.assembly;

import dev.varve.eventlog.DeadLetters;
import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.Ledger;
import dev.varve.eventlog.adapter.kafka.KafkaEventLog;
import dev.varve.eventlog.fold.FoldingLedger;
import java.time.Duration;

/** A topic that another service owns, folded into a state of the follower's making, in memory. */
public final class FollowedTopic<S, E> implements AutoCloseable {
  private final EventLog log;
  private final FoldingLedger<S, E> ledger;
  private final DeadLetters deadLetters;

  private FollowedTopic(EventLog log, TopicModel<S, E> model, DeadLetters deadLetters) {
    this.log = log;
    this.ledger =
        new FoldingLedger<>(model.service() + "-followed", log, model.codec(), model.evolution());
    this.deadLetters = deadLetters;
  }

  /**
   * Connects; makes the topic when its owner has not yet.
   *
   * @throws dev.varve.eventlog.LogUnavailableException when Kafka does not answer in time
   */
  public static <S, E> FollowedTopic<S, E> open(LogSettings settings, TopicModel<S, E> model) {
    DeadLetters letters = settings.deadLetters(model);
    // a record that is no event is its owner's to report
    EventLog log =
        KafkaEventLog.open(
            settings.connection(),
            settings.spec(model.service()),
            letter -> {},
            settings.timeout());
    return new FollowedTopic<>(log, model, letters);
  }

  /** Over a log that somebody else opened, for example one in memory; it is closed with this. */
  public static <S, E> FollowedTopic<S, E> over(EventLog log, TopicModel<S, E> model) {
    return new FollowedTopic<>(log, model, new DeadLetters.InMemory());
  }

  public EventLog log() {
    return log;
  }

  public Ledger<S, E> ledger() {
    return ledger;
  }

  public DeadLetters deadLetters() {
    return deadLetters;
  }

  /** Folds up to the present end of the log; see {@link Ledger#start}. */
  public void start(Duration timeout) {
    ledger.start(timeout);
  }

  @Override
  public void close() {
    ledger.close();
    log.close();
    deadLetters.close();
  }
}
