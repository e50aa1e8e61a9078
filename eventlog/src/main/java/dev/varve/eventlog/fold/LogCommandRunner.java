package dev.varve.eventlog.fold;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.CommandRunner;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Event;
import dev.varve.eventlog.EventCodec;
import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.Ledger;
import dev.varve.eventlog.Ledger.Versioned;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.Subject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The {@link CommandRunner} over a {@link FoldingLedger} and the log it folds. Thread-safe; keeps
 * nothing between commands.
 *
 * <p>The writer's clock may jump: an event is never given a time before that of its subject's last.
 */
public final class LogCommandRunner<S, E> implements CommandRunner<S, E> {
  /** A rival wins each lost round, so only a storm on one subject gets near this. */
  private static final int ROUNDS = 256;

  /** The offset of an event that the log has not ordered yet. */
  private static final long NOT_YET = -1;

  private final EventLog log;
  private final FoldingLedger<S, E> ledger;
  private final EventCodec<E> codec;
  private final String node;
  private final InstantSource clock;
  private final Duration timeout;

  /**
   * @param timeout after which a command that had no answer from the log is given up
   */
  public LogCommandRunner(
      EventLog log,
      FoldingLedger<S, E> ledger,
      EventCodec<E> codec,
      String node,
      InstantSource clock,
      Duration timeout) {
    this.log = log;
    this.ledger = ledger;
    this.codec = codec;
    this.node = node;
    this.clock = clock;
    this.timeout = timeout;
  }

  @Override
  public <R> R run(Cause cause, Function<Ledger<S, E>, Decision<E, R>> decider) {
    long deadline = System.nanoTime() + timeout.toNanos();
    for (int round = 0; round < ROUNDS; round++) {
      DecidingView<S, E> view = new DecidingView<>(ledger);
      switch (decider.apply(view)) {
        case Decision.Rejected<E, R>(var problem) -> throw problem.asException();
        case Decision.Accepted<E, R>(var drafts, var answer) -> {
          List<Proposal> batch = propose(cause, drafts, view);
          if (batch != null && allCounted(batch, deadline)) {
            return answer;
          }
        }
      }
      if (deadline - System.nanoTime() <= 0) {
        break;
      }
    }
    throw new LogUnavailableException("The command lost every round against others", null);
  }

  @Override
  public void requireLog() {
    var _ = log.ends();
  }

  /** Null when the view is too old to tell what the decision builds on. */
  private @Nullable List<Proposal> propose(
      Cause cause, List<Decision.Draft<E>> drafts, DecidingView<S, E> view) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    List<Proposal> batch = new ArrayList<>(drafts.size());
    Map<Subject, Chain<S>> chains = new HashMap<>();
    for (Decision.Draft<E> draft : drafts) {
      Subject subject = draft.subject();
      Chain<S> chain = chains.get(subject);
      if (chain == null) {
        Optional<Versioned<S>> basis = view.basis(subject);
        if (basis.isEmpty()) {
          return null;
        }
        Instant last = ledger.lastTime(subject);
        chain =
            new Chain<>(
                EventIds.random(),
                0,
                basis.get().sequence() + 1,
                last.isAfter(now) ? last : now,
                basis.get().state().orElse(null));
      }
      Event<E> event = chain.event(cause, node, log.partition(subject), draft);
      S after = ledger.evolve(chain.state(), event);
      batch.add(proposal(event, view.readUpTo(event.position().partition()), after == null));
      chains.put(subject, chain.next(after));
    }
    return batch;
  }

  private Proposal proposal(Event<E> event, long seen, boolean last) {
    return new Proposal(
        event.id(),
        event.subject(),
        event.sequence(),
        codec.typeOf(event.data()),
        event.time(),
        event.cause(),
        event.node(),
        codec.encode(event.data()),
        seen,
        last);
  }

  private boolean allCounted(List<Proposal> batch, long deadline) {
    if (batch.isEmpty()) {
      return true;
    }
    boolean all = true;
    for (Position position : append(batch, deadline)) {
      all &= ledger.awaitPassed(position, remaining(deadline));
    }
    return all;
  }

  private List<Position> append(List<Proposal> batch, long deadline) {
    try {
      return log.append(batch).get(remaining(deadline).toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw away("no answer within " + timeout.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw away(e.getCause() == null ? "" : e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LogUnavailableException("Interrupted while the log was asked", e);
    }
  }

  private static LogUnavailableException away(@Nullable String why, Exception cause) {
    return new LogUnavailableException(
        "The event log is away (%s). Whether the command counts will show when it is back"
            .formatted(why),
        cause);
  }

  private static Duration remaining(long deadline) {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  /** The next event of one subject within a batch. */
  private record Chain<S>(
      String firstId, int steps, long sequence, Instant time, @Nullable S state) {
    <E> Event<E> event(Cause cause, String node, int partition, Decision.Draft<E> draft) {
      return new Event<>(
          EventIds.continuing(firstId, steps),
          draft.subject(),
          sequence,
          time,
          cause,
          node,
          new Position(partition, NOT_YET),
          draft.event());
    }

    Chain<S> next(@Nullable S after) {
      return new Chain<>(firstId, steps + 1, sequence + 1, time, after);
    }
  }
}
