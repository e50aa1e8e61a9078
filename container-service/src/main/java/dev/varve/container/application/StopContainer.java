package dev.varve.container.application;

import dev.varve.container.application.Endings.Condition;
import dev.varve.container.application.Endings.End;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.ContainerEvent.StopRequested;
import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.Refusals;
import dev.varve.container.domain.SignalDecider;
import dev.varve.container.domain.Signals;
import dev.varve.eventlog.Cause;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
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

  public StopContainer(Engine engine, PauseContainer pauses) {
    this.engine = engine;
    this.pauses = pauses;
  }

  /**
   * @param timeoutSeconds absent for the container's own; negative waits for ever
   * @param signal empty for the container's own
   * @return false when it did not run
   */
  public boolean stop(Cause cause, String reference, OptionalInt timeoutSeconds, String signal)
      throws InterruptedException {
    String id = Lookup.find(engine.directory(), reference).id();
    CompletableFuture<End> exit = engine.endings().of(id, Condition.NEXT_EXIT);
    FutureTask<Boolean> carried;
    try {
      Optional<StopRequested> stop =
          engine
              .ledger()
              .decide(
                  cause, facts -> SignalDecider.stop(facts, id, reference, timeoutSeconds, signal));
      if (stop.isEmpty()) {
        exit.cancel(false);
        return false;
      }
      engine.steps().reach(Steps.STOP_REQUESTED);
      carried = Effects.begin(() -> carryThrough(cause, id, stop.get(), exit));
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

  /** Goes on with a stop that the engine's own end interrupted. */
  void resume(String id, StopRequested stop) {
    CompletableFuture<End> exit = engine.endings().of(id, Condition.NEXT_EXIT);
    Effects.begin(() -> carryThrough(Causes.own("recovery", id), id, stop, exit));
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

  /** Docker takes each signal for an end of a container that has no stop signal of its own. */
  private static boolean endsAny(Container it, int signal) {
    String own = it.spec().process().stopSignal();
    return signal == Signals.KILL || own.isEmpty() || Signals.parse(own) == signal;
  }

  /**
   * Sends a signal; SIGKILL waits for the end.
   *
   * @param signal name or number; empty for KILL
   */
  public void kill(Cause cause, String reference, String signal) throws InterruptedException {
    int number = signal.isEmpty() ? Signals.KILL : Signals.parse(signal);
    String id = Lookup.find(engine.directory(), reference).id();
    CompletableFuture<End> exit = engine.endings().of(id, Condition.NEXT_EXIT);
    try {
      Container it =
          engine.ledger().decide(cause, facts -> SignalDecider.kill(facts, id, reference, number));
      engine.steps().reach(Steps.KILL_REQUESTED);
      boolean sent = engine.runtime().signal(id, number);
      if (endsAny(it, number)) {
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
