package dev.varve.container.application;

import dev.varve.container.application.Endings.Condition;
import dev.varve.container.application.Endings.End;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.Container.Phase.Starting;
import dev.varve.container.domain.ContainerEvent.StopRequested;
import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.Refusals;
import dev.varve.container.domain.SignalDecider;
import dev.varve.container.domain.Signals;
import dev.varve.container.domain.StopPurpose;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends runs: by a signal, by stop (signal, wait, SIGKILL), by force. A stop goes on to its end on a
 * thread of its own, whoever stops waiting for it.
 */
public final class StopContainer {
  private static final Duration KILL_GRACE = Duration.ofSeconds(2);
  private static final Duration LAST_GRACE = Duration.ofSeconds(10);

  private final Engine engine;
  private final PauseContainer pauses;
  private final RemovalFinish removals;

  public StopContainer(Engine engine, PauseContainer pauses, RemovalFinish removals) {
    this.engine = engine;
    this.pauses = pauses;
    this.removals = removals;
  }

  /**
   * @param timeoutSeconds absent for the container's own; negative waits for ever
   * @param signal empty for the container's own
   * @return false when it did not run
   */
  public boolean stop(Cause cause, String reference, OptionalInt timeoutSeconds, String signal)
      throws InterruptedException {
    return stop(cause, reference, timeoutSeconds, signal, StopPurpose.STOP);
  }

  boolean stop(
      Cause cause, String reference, OptionalInt timeoutSeconds, String signal, StopPurpose purpose)
      throws InterruptedException {
    String id = Lookup.find(engine.directory(), reference).id();
    awaitStart(id);
    CompletableFuture<End> exit = engine.endings().of(id, Condition.NEXT_EXIT);
    FutureTask<Boolean> carried;
    try {
      SignalDecider.Next next =
          engine
              .ledger()
              .decide(
                  cause,
                  facts ->
                      SignalDecider.stop(facts, id, reference, timeoutSeconds, signal, purpose));
      engine.steps().reach(Steps.STOP_REQUESTED);
      switch (next) {
        case SignalDecider.Next.Nothing() -> {
          exit.cancel(false);
          return false;
        }
        case SignalDecider.Next.Cancelled() -> {
          exit.cancel(false);
          finishRemoval(cause, id);
          return true;
        }
        case SignalDecider.Next.Send(StopRequested stop) ->
            carried = Effects.begin(() -> carryThrough(cause, id, stop, exit));
      }
    } catch (RuntimeException e) {
      exit.cancel(false);
      throw e;
    }
    try {
      return Effects.join(carried);
    } catch (IOException e) {
      throw Refusals.fault("cannot stop container: " + reference + ": " + e.getMessage())
          .asException();
    }
  }

  /** Carries through a stop that is recorded already; returns at once. */
  void resume(String why, String id, StopRequested stop) {
    CompletableFuture<End> exit = engine.endings().of(id, Condition.NEXT_EXIT);
    Effects.begin(() -> carryThrough(Causes.own(why, id), id, stop, exit));
  }

  /** What is being started can be stopped when it runs. */
  private void awaitStart(String id) {
    boolean starting =
        engine.facts().container(id).filter(it -> it.phase() instanceof Starting).isPresent();
    if (starting) {
      engine.lanes().within(id, () -> {});
    }
  }

  /** A restart that was called off leaves a container that removes itself. */
  private void finishRemoval(Cause cause, String id) {
    engine.lanes().within(id, () -> removals.finishIfRequested(cause, id));
  }

  private boolean carryThrough(
      Cause cause, String id, StopRequested stop, CompletableFuture<End> exit)
      throws IOException, InterruptedException {
    engine.runtime().signal(id, stop.signal());
    pauses.thawToEnd(cause, id);
    engine.steps().reach(Steps.STOP_SIGNALLED);
    if (stop.timeoutSeconds() < 0) {
      return ended(exit, Duration.ofMillis(Long.MAX_VALUE));
    }
    return ended(exit, Duration.ofSeconds(stop.timeoutSeconds())) || kill(cause, id, exit);
  }

  /** SIGKILL, recorded first; again after a grace, because a runtime may have lost the first. */
  private boolean kill(Cause cause, String id, CompletableFuture<End> exit)
      throws IOException, InterruptedException {
    if (!engine.ledger().decide(cause, facts -> SignalDecider.escalate(facts, id))) {
      return true;
    }
    engine.runtime().signal(id, Signals.KILL);
    pauses.thawToEnd(cause, id);
    if (ended(exit, KILL_GRACE)) {
      return true;
    }
    engine.runtime().signal(id, Signals.KILL);
    if (ended(exit, LAST_GRACE)) {
      return true;
    }
    throw new IOException("tried to kill container, but did not receive an exit event");
  }

  private static boolean ended(CompletableFuture<End> exit, Duration limit)
      throws InterruptedException {
    try {
      exit.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private Container toKill(String reference) {
    try {
      return Lookup.find(engine.directory(), reference);
    } catch (ProblemException e) {
      throw Refusals.ofKill(reference, e.problem()).asException();
    }
  }

  /**
   * Sends a signal; SIGKILL waits for the end.
   *
   * @param signal name or number; empty for KILL
   */
  public void kill(Cause cause, String reference, String signal) throws InterruptedException {
    int number = signal.isEmpty() ? Signals.KILL : Signals.parse(signal);
    Container it = toKill(reference);
    String id = it.id();
    awaitStart(id);
    CompletableFuture<End> exit = engine.endings().of(id, Condition.NEXT_EXIT);
    try {
      boolean send =
          engine.ledger().decide(cause, facts -> SignalDecider.kill(facts, id, reference, number));
      engine.steps().reach(Steps.KILL_REQUESTED);
      if (!send) {
        finishRemoval(cause, id);
        return;
      }
      boolean sent = engine.runtime().signal(id, number);
      if (it.isEndedBy(number)) {
        pauses.thawToEnd(cause, id);
      }
      if (number != Signals.KILL) {
        if (!sent) {
          throw Refusals.cannotKill(reference, it).asException();
        }
      } else if (!ended(exit, LAST_GRACE)) {
        throw new IOException("tried to kill container, but did not receive an exit event");
      }
    } catch (IOException e) {
      throw Refusals.fault("Cannot kill container: " + reference + ": " + e.getMessage())
          .asException();
    } finally {
      exit.cancel(false);
    }
  }
}
