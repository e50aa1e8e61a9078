package dev.varve.container.application;

import dev.varve.container.application.Endings.Condition;
import dev.varve.container.application.Endings.End;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.Refusals;
import dev.varve.container.domain.RemoveDecider;
import dev.varve.container.domain.Signals;
import dev.varve.eventlog.Cause;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Removes a container, killing it first when forced. Begun, it goes on over crashes. */
public final class RemoveContainer {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Engine engine;
  private final RemovalFinish removals;
  private final PauseContainer pauses;

  public RemoveContainer(Engine engine, RemovalFinish removals, PauseContainer pauses) {
    this.engine = engine;
    this.pauses = pauses;
    this.removals = removals;
  }

  /** Returns when it is gone. */
  public void remove(Cause cause, String reference, boolean force, boolean volumes)
      throws InterruptedException {
    String id = Lookup.find(engine.directory(), reference).id();
    CompletableFuture<End> removed = engine.endings().of(id, Condition.REMOVED);
    try {
      RemoveDecider.Next next =
          engine
              .ledger()
              .decide(cause, facts -> RemoveDecider.request(facts, id, reference, force, volumes));
      engine.steps().reach(Steps.REMOVE_REQUESTED);
      switch (next) {
        case BEGIN, KILL -> carryThrough(cause, id);
        case JOIN -> {}
      }
      await(removed, reference, id);
    } finally {
      removed.cancel(false);
    }
  }

  /**
   * Goes on with a removal that was asked for: at once when nothing runs; otherwise the end of the
   * run that is killed here goes on with it.
   */
  void carryThrough(Cause cause, String id) throws InterruptedException {
    engine
        .lanes()
        .within(
            id,
            () -> {
              if (engine.facts().container(id).filter(Container::isRunning).isEmpty()) {
                removals.finishIfRequested(cause, id);
              } else {
                kill(cause, id);
              }
            });
  }

  private void kill(Cause cause, String id) {
    try {
      engine.runtime().signal(id, Signals.KILL);
      pauses.thawToEnd(cause, id);
    } catch (IOException e) {
      throw Refusals.fault(
              "Could not kill running container " + id + ", cannot remove - " + e.getMessage())
          .asException();
    }
  }

  private static void await(CompletableFuture<End> removed, String reference, String id)
      throws InterruptedException {
    try {
      removed.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw Refusals.fault(
              "cannot remove container \"%s\": %s did not end in time".formatted(reference, id))
          .asException();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
