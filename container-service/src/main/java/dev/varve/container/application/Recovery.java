package dev.varve.container.application;

import dev.varve.container.application.ContainerRuntime.Exit;
import dev.varve.container.application.ContainerRuntime.Observation;
import dev.varve.container.application.ContainerRuntime.Process;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.Container.Phase;
import dev.varve.container.domain.ContainerEvent.Exited;
import dev.varve.container.domain.ContainerEvent.StartFailed;
import dev.varve.container.domain.ContainerEvent.Started;
import dev.varve.container.domain.RunDecider;
import dev.varve.eventlog.Cause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/**
 * Brings one container's belief in line with the kernel's facts after the engine was away. What
 * goes on is left untouched; what ended meanwhile is recorded as ended; an intent without an
 * outcome gets the one that the kernel shows.
 */
final class Recovery {
  private static final int UNKNOWN_FAILURE = 128;
  private static final int UNKNOWN_EXIT = 255;

  private final Engine engine;
  private final EndOfRun ends;
  private final RemoveContainer removals;
  private final StopContainer stops;
  private final PauseContainer pauses;
  private final UpdateContainer updates;

  Recovery(
      Engine engine,
      EndOfRun ends,
      RemoveContainer removals,
      StopContainer stops,
      PauseContainer pauses,
      UpdateContainer updates) {
    this.pauses = pauses;
    this.updates = updates;
    this.engine = engine;
    this.ends = ends;
    this.removals = removals;
    this.stops = stops;
  }

  /**
   * @param rebooted no process of before survives, whatever files say
   */
  void recover(String id, boolean rebooted) throws InterruptedException {
    Cause cause = Causes.own("recovery", id);
    engine
        .lanes()
        .within(
            id,
            () -> {
              Container it = engine.facts().container(id).orElse(null);
              if (it != null) {
                reconcile(cause, it, rebooted ? new Observation.Absent() : observe(id), rebooted);
                updates.recover(cause, id);
              }
            });
    Container it = engine.facts().container(id).orElse(null);
    if (it != null && it.isRunning()) {
      if (it.removal().isPresent()) {
        removals.carryThrough(cause, id);
      } else {
        it.stopping().ifPresent(stop -> stops.resume("recovery", id, stop));
      }
    }
  }

  private Observation observe(String id) {
    try {
      return engine.runtime().observe(id);
    } catch (IOException e) {
      // Nothing can be said; a run that cannot be seen is not told to be over.
      throw new UncheckedIOException(e);
    }
  }

  private void reconcile(Cause cause, Container it, Observation seen, boolean rebooted)
      throws InterruptedException {
    switch (it.phase()) {
      case Phase.Starting _ -> reconcileStarting(cause, it.id(), seen);
      case Phase.Running running -> reconcileRunning(cause, it.id(), running, seen, rebooted);
      case Phase.Idle _, Phase.Restarting _ -> {
        boolean unsettled =
            !it.networks().isEmpty() || it.stopping().isPresent() || it.removal().isPresent();
        if (unsettled || !(seen instanceof Observation.Absent)) {
          releaseNetwork(it.id());
          ends.settle(cause, it.id());
        }
      }
    }
  }

  private void reconcileStarting(Cause cause, String id, Observation seen)
      throws InterruptedException {
    switch (seen) {
      case Observation.Running(Process process) -> {
        Started started =
            new Started(process.pid(), engine.clock().instant(), process.startTicks());
        engine.ledger().record(cause, facts -> RunDecider.started(facts, id, started));
        engine.attachments().foundRunning(id);
      }
      case Observation.Ended(Exit exit) -> {
        Exited exited = EndOfRun.exited(exit);
        releaseNetwork(id);
        engine.ledger().record(cause, facts -> RunDecider.ranUnseen(facts, id, exited));
        ends.settle(cause, id);
      }
      case Observation.Created _, Observation.Absent _ -> {
        Effects.clean("run of " + id, () -> engine.runtime().delete(id));
        releaseNetwork(id);
        Instant now = engine.clock().instant();
        StartFailed failed =
            new StartFailed(UNKNOWN_FAILURE, "the engine ended before the container ran");
        engine.ledger().record(cause, facts -> RunDecider.interrupted(facts, id, failed, now));
        ends.settle(cause, id);
      }
    }
  }

  private void reconcileRunning(
      Cause cause, String id, Phase.Running belief, Observation seen, boolean rebooted)
      throws InterruptedException {
    switch (seen) {
      case Observation.Running(Process process)
          when process.pid() == belief.pid() && process.startTicks() == belief.startTicks() -> {
        engine.attachments().foundRunning(id);
        pauses.recover(cause, id);
      }
      case Observation.Ended(Exit exit) -> ends.ended(cause, id, exit);
      case Observation.Running _, Observation.Created _, Observation.Absent _ ->
          ends.ended(
              cause,
              id,
              unknownExit(rebooted ? Exit.Known.NODE_RESTARTED : Exit.Known.MONITOR_LOST));
    }
  }

  private Exit unknownExit(Exit.Known why) {
    return new Exit(UNKNOWN_EXIT, engine.clock().instant(), false, why);
  }

  private void releaseNetwork(String id) {
    Effects.clean("network of " + id, () -> engine.network().release(id));
  }
}
