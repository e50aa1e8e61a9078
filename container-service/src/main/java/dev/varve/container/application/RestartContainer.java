package dev.varve.container.application;

import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.Refusals;
import dev.varve.container.domain.StartReason;
import dev.varve.container.domain.StopPurpose;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.ProblemException;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.concurrent.FutureTask;

/**
 * Ends a run and begins another. The stop is recorded as the first half of a restart, the end of
 * the run as followed by another one: whoever stops waiting for it, it is carried through.
 */
public final class RestartContainer {
  private final Engine engine;
  private final StopContainer stops;
  private final StartContainer starts;
  private final ScheduledRestarts scheduled;

  public RestartContainer(
      Engine engine, StopContainer stops, StartContainer starts, ScheduledRestarts scheduled) {
    this.engine = engine;
    this.stops = stops;
    this.starts = starts;
    this.scheduled = scheduled;
  }

  /**
   * Returns when it runs again; one that does not run is started.
   *
   * @param timeoutSeconds absent for the container's own; negative waits for ever
   * @param signal empty for the container's own
   */
  public void restart(Cause cause, String reference, OptionalInt timeoutSeconds, String signal)
      throws InterruptedException {
    String id = Lookup.find(engine.directory(), reference).id();
    FutureTask<Boolean> carried =
        Effects.begin(() -> carryThrough(cause, id, timeoutSeconds, signal));
    try {
      var _ = Effects.join(carried);
    } catch (ProblemException e) {
      throw Refusals.cannotRestart(reference, e.problem()).asException();
    } catch (IOException e) {
      throw Refusals.cannotRestart(reference, Refusals.fault(String.valueOf(e.getMessage())))
          .asException();
    }
  }

  private boolean carryThrough(Cause cause, String id, OptionalInt timeoutSeconds, String signal)
      throws InterruptedException {
    scheduled.take(id);
    try {
      stops.stop(cause, id, timeoutSeconds, signal, StopPurpose.RESTART);
      engine.steps().reach(Steps.RESTART_STOPPED);
      return starts.start(cause, id, StartReason.RESTART);
    } finally {
      scheduled.letGo(id);
    }
  }
}
