package dev.varve.container.domain;

import dev.varve.container.domain.Container.Outcome;
import dev.varve.container.domain.Container.Phase;
import dev.varve.container.domain.ContainerEvent.RestartScheduled;
import dev.varve.container.domain.ContainerEvent.StopRequested;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The part of a container that its runs change.
 *
 * @param outcome of the last run or of the last start that failed
 * @param startedAt of the last run
 * @param finishedAt of the last run that ended
 * @param networks what the present run is connected to
 * @param stopping a stop that was asked for and is not complete
 */
public record Life(
    Phase phase,
    Outcome outcome,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    List<NetworkAttachment> networks,
    Optional<StopRequested> stopping,
    Restarts restarts,
    Run run) {
  static final Life NOT_YET =
      new Life(
          new Phase.Idle(),
          Outcome.NONE,
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          Restarts.NONE,
          Run.NEW);

  Life starting(StartReason reason) {
    Restarts counted = reason == StartReason.POLICY ? restarts : Restarts.NONE;
    Phase starting = new Phase.Starting(reason);
    // Until it runs it is as healthy as it was.
    Run next = Run.NEW.with(run.health());
    return new Life(
        starting, outcome, startedAt, finishedAt, networks, Optional.empty(), counted, next);
  }

  Life running(int pid, long startTicks, Instant at, HealthStatus health) {
    Phase begun = new Phase.Running(pid, startTicks, Optional.empty());
    return new Life(
        begun,
        Outcome.NONE,
        Optional.of(at),
        finishedAt,
        networks,
        stopping,
        restarts,
        run.with(health));
  }

  /** A restart that fails leaves the exit code of the run before it. */
  Life startFailed(Outcome failure) {
    Outcome outcomeNow =
        phase instanceof Phase.Starting(StartReason reason) && reason == StartReason.POLICY
            ? new Outcome(outcome.exitCode(), failure.error(), false, failure.cause())
            : failure;
    return in(new Phase.Idle()).with(outcomeNow, finishedAt);
  }

  Life exited(Outcome end, Instant at) {
    return in(new Phase.Idle()).with(end, Optional.of(at));
  }

  Life restarting(RestartScheduled scheduled) {
    Phase waiting = new Phase.Restarting(scheduled.reason(), scheduled.backOff(), scheduled.due());
    return in(waiting).with(restarts.after(scheduled));
  }

  Life in(Phase next) {
    return new Life(next, outcome, startedAt, finishedAt, networks, stopping, restarts, run);
  }

  private Life with(Outcome end, Optional<Instant> finished) {
    return new Life(phase, end, startedAt, finished, networks, stopping, restarts, run);
  }

  Life with(Restarts counted) {
    return new Life(phase, outcome, startedAt, finishedAt, networks, stopping, counted, run);
  }

  Life with(Run now) {
    return new Life(phase, outcome, startedAt, finishedAt, networks, stopping, restarts, now);
  }

  Life on(List<NetworkAttachment> attachments) {
    return new Life(phase, outcome, startedAt, finishedAt, attachments, stopping, restarts, run);
  }

  Life stopping(Optional<StopRequested> stop) {
    return new Life(phase, outcome, startedAt, finishedAt, networks, stop, restarts, run);
  }
}
