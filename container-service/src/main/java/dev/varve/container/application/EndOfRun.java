package dev.varve.container.application;

import dev.varve.container.application.ContainerRuntime.Exit;
import dev.varve.container.application.ContainerRuntime.Observation;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.ContainerEvent.Exited;
import dev.varve.container.domain.ExitCause;
import dev.varve.container.domain.RunDecider;
import dev.varve.eventlog.Cause;
import java.io.IOException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What follows the end of a run or exec: it is recorded, once, and then cleaned up after. Reports
 * come at least once and may be late; the kernel's facts decide which run they belong to.
 */
public final class EndOfRun {
  private static final Logger LOG = Logger.getLogger(EndOfRun.class);

  private final Engine engine;
  private final RemovalFinish removals;
  private final Execs execs;
  private final HealthChecks health;

  public EndOfRun(Engine engine, RemovalFinish removals, Execs execs, HealthChecks health) {
    this.health = health;
    this.engine = engine;
    this.removals = removals;
    this.execs = execs;
  }

  /** Takes reports from now on, beginning with those of what ended while nobody watched. */
  public void watch() {
    engine
        .runtime()
        .watchExits((key, exit) -> Thread.startVirtualThread(() -> reported(key, exit)));
    engine.runtime().watchOutOfMemory(id -> Thread.startVirtualThread(() -> outOfMemory(id)));
  }

  private void reported(String key, Exit exit) {
    try {
      int slash = key.indexOf('/');
      if (slash < 0) {
        engine.steps().reach(Steps.EXIT_SEEN);
        runEnded(key, exit);
      } else {
        String execId = key.substring(slash + 1);
        if (!health.probeEnded(execId, exit)) {
          execs.ended(key.substring(0, slash), execId, exit);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.errorf(e, "The end of %s was not taken in", key);
    }
  }

  /** In the lane, so that it belongs to the run that goes on now. */
  private void outOfMemory(String id) {
    engine.steps().reach(Steps.OOM_SEEN);
    engine
        .lanes()
        .within(
            id,
            () ->
                engine
                    .ledger()
                    .record(Causes.own("oom", id), facts -> RunDecider.outOfMemory(facts, id)));
  }

  private void runEnded(String id, Exit reported) throws InterruptedException {
    engine
        .lanes()
        .within(
            id,
            () -> {
              if (engine.facts().container(id).filter(Container::isRunning).isPresent()) {
                Exit exit = ofPresentRun(id, reported);
                if (exit != null) {
                  ended(Causes.own("exit", id), id, exit);
                }
              }
            });
  }

  /** Null when the report is of an earlier run than the one that goes on. */
  private @Nullable Exit ofPresentRun(String id, Exit reported) {
    try {
      return switch (engine.runtime().observe(id)) {
        case Observation.Ended(Exit exit) -> exit;
        case Observation.Running _, Observation.Created _ -> null;
        case Observation.Absent _ -> reported;
      };
    } catch (IOException e) {
      return reported;
    }
  }

  static Exited exited(Exit exit) {
    return new Exited(
        exit.exitCode(),
        exit.finishedAt(),
        exit.oomKilled(),
        exit.error(),
        ExitCause.of(
            switch (exit.known()) {
              case YES -> ExitCause.Kind.UNKNOWN;
              case MONITOR_LOST -> ExitCause.Kind.MONITOR_LOST;
              case NODE_RESTARTED -> ExitCause.Kind.NODE_RESTARTED;
            }));
  }

  /** Records the end of the running run and cleans up after it. To be called in its lane. */
  void ended(Cause cause, String id, Exit exit) throws InterruptedException {
    Exited seen = exited(exit);
    // The network's end tells nothing about the exit: it need not wait for the record.
    Thread release = Effects.beginCleaning("network of " + id, () -> engine.network().release(id));
    engine.attachments().closed(id);
    engine.ledger().record(cause, facts -> RunDecider.exited(facts, id, seen));
    engine.steps().reach(Steps.EXIT_RECORDED);
    release.join();
    settle(cause, id);
  }

  /**
   * What is left to do when no run goes on: sweep what the runtime kept of it, record that its
   * network is gone, finish a removal that was asked for. To be called in its lane.
   */
  void settle(Cause cause, String id) throws InterruptedException {
    removals.finishIfRequested(cause, id);
    if (engine.facts().container(id).isEmpty()) {
      return;
    }
    Thread deletion = Effects.beginCleaning("run of " + id, () -> engine.runtime().delete(id));
    engine.ledger().record(cause, facts -> RunDecider.settled(facts, id));
    deletion.join();
    engine.steps().reach(Steps.EXIT_CLEANED);
    execs.endAllOf(id);
  }
}
