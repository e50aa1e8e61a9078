package dev.varve.container.application;

import dev.varve.container.domain.DomainEvent;
import dev.varve.container.domain.DomainState;
import dev.varve.container.domain.Facts;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Change;
import dev.varve.eventlog.CommandRunner;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Ledger;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.ProblemException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The one way in which this service changes what is so: a pure decision, its events counted, its
 * answer. Thread-safe.
 */
public final class ContainerLedger {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /** Whoever asked for something need not wait longer for a log that is away. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Who asked for what the current thread does, and is told when it takes longer than that. */
  public static final ScopedValue<Consumer<LogUnavailableException>> ASKER =
      ScopedValue.newInstance();

  private final Ledger<DomainState, DomainEvent> ledger;
  private final CommandRunner<DomainState, DomainEvent> runner;

  public ContainerLedger(
      Ledger<DomainState, DomainEvent> ledger, CommandRunner<DomainState, DomainEvent> runner) {
    this.ledger = ledger;
    this.runner = runner;
  }

  /** A decision that looks at a state of its own making, for the runner to try again. */
  public interface Decider<R> extends Function<Facts, Decision<DomainEvent, R>> {}

  /** Tells of each change from now on, on the ledger's reader thread. */
  public void listen(Consumer<Change<DomainState, DomainEvent>> listener) {
    ledger.listen(listener);
  }

  /** What is so now. */
  public Facts facts() {
    return ledger::state;
  }

  /**
   * Runs a command.
   *
   * @throws ProblemException when it was refused
   * @throws LogUnavailableException when its outcome is unknown
   */
  public <R> R decide(Cause cause, Decider<R> decider) {
    return runner.run(cause, view -> decider.apply(view::state));
  }

  /**
   * Returns when the log answers.
   *
   * @throws LogUnavailableException when it does not
   */
  public void requireLog() {
    runner.requireLog();
  }

  /**
   * Records what was seen. A fact does not become untrue because the log is away: this waits for
   * the log as long as it takes, or until interrupted. The {@link #ASKER} does not have to.
   */
  public <R> R record(Cause cause, Decider<R> decider) {
    Supplier<R> attempt = () -> decide(cause, decider);
    Duration pause = Duration.ofMillis(50);
    long patience = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return attempt.get();
      } catch (LogUnavailableException e) {
        if (ASKER.isBound() && patience - System.nanoTime() < 0) {
          ASKER.get().accept(e);
        }
        try {
          Thread.sleep(pause);
        } catch (InterruptedException interrupt) {
          Thread.currentThread().interrupt();
          throw e;
        }
        pause = pause.multipliedBy(2);
        if (pause.compareTo(LONGEST_PAUSE) > 0) {
          pause = LONGEST_PAUSE;
        }
      }
    }
  }
}
