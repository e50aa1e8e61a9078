package dev.varve.container.domain;

import dev.varve.container.domain.ContainerEvent.StopRequested;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A container, folded from its events.
 *
 * <pre>
 *            StartRequested              Started
 *   Idle  ───────────────────▶ Starting ─────────▶ Running
 *    ▲  ▲        StartFailed      │  ▲                │
 *    │  └─────────────────────────┘  │ StartRequested │
 *    │                               │                │
 *    │ RestartCancelled              │                │
 *    ├────────────────────────── Restarting           │
 *    │                               ▲                │
 *    │        Exited                 │ RestartScheduled (with Exited)
 *    └───────────────────────────────┴────────────────┘
 * </pre>
 *
 * A running container may be paused: PauseRequested, Paused, UnpauseRequested, Unpaused.
 *
 * <p>RemoveRequested is allowed in any phase and lets no further start begin; Removed ends it.
 *
 * @param epoch of the ownership by {@code node}
 * @param removal a removal that was asked for
 * @param updating an update whose effect is not certain yet
 */
public record Container(
    String id,
    String name,
    ContainerSpec spec,
    String node,
    long epoch,
    Instant createdAt,
    Life life,
    Optional<ContainerEvent.RemoveRequested> removal,
    Optional<ContainerEvent.UpdateRequested> updating)
    implements DomainState {

  /** Where the container is in its life. */
  public sealed interface Phase {
    record Idle() implements Phase {}

    /**
     * A run has ended, the next is to begin.
     *
     * @param backOff how long it waits at most, whatever the clock does
     */
    record Restarting(StartReason reason, Duration backOff, Instant due) implements Phase {}

    record Starting(StartReason reason) implements Phase {}

    record Running(int pid, long startTicks, Optional<Pause> pause) implements Phase {}
  }

  /**
   * A run that is frozen, is about to be, or is about to go on.
   *
   * @param frozen the processes were seen frozen, and not seen to go on since
   */
  public record Pause(PauseReason reason, boolean frozen) {}

  /** How a run ended, or why it never began. */
  public record Outcome(int exitCode, String error, boolean oomKilled, ExitCause cause) {
    static final Outcome NONE = new Outcome(0, "", false, ExitCause.UNKNOWN);
  }

  /** What Docker calls State.Status. */
  public enum Status {
    CREATED,
    RUNNING,
    PAUSED,
    RESTARTING,
    EXITED,
    REMOVING
  }

  public Status status() {
    if (removal.isPresent()) {
      return Status.REMOVING;
    }
    return switch (phase()) {
      case Phase.Running _ -> isPaused() ? Status.PAUSED : Status.RUNNING;
      case Phase.Restarting _ -> Status.RESTARTING;
      case Phase.Idle _, Phase.Starting _ ->
          isRestarting()
              ? Status.RESTARTING
              : startedAt().isPresent() ? Status.EXITED : Status.CREATED;
    };
  }

  public boolean isRunning() {
    return phase() instanceof Phase.Running;
  }

  /** Between two runs, the second of which nobody has to ask for. */
  public boolean isRestarting() {
    return phase() instanceof Phase.Restarting
        || phase() instanceof Phase.Starting(StartReason reason) && reason != StartReason.ASKED;
  }

  /** Frozen, which is running as well. */
  public boolean isPaused() {
    return pause().filter(Pause::frozen).isPresent();
  }

  public Optional<Pause> pause() {
    return phase() instanceof Phase.Running running ? running.pause() : Optional.empty();
  }

  /** What is not checked any more is not healthy. */
  public HealthStatus health() {
    HealthStatus known = run().health();
    return isRunning() || known == HealthStatus.NONE ? known : HealthStatus.UNHEALTHY;
  }

  public Phase phase() {
    return life.phase();
  }

  public Outcome outcome() {
    return life.outcome();
  }

  public Optional<Instant> startedAt() {
    return life.startedAt();
  }

  public Optional<Instant> finishedAt() {
    return life.finishedAt();
  }

  public List<NetworkAttachment> networks() {
    return life.networks();
  }

  public Optional<StopRequested> stopping() {
    return life.stopping();
  }

  public Restarts restarts() {
    return life.restarts();
  }

  public Run run() {
    return life.run();
  }

  public String shortId() {
    return id.substring(0, 12);
  }

  /** The same with another specification. */
  public Container with(ContainerSpec other) {
    return new Container(id, name, other, node, epoch, createdAt, life, removal, updating);
  }

  static Container created(ContainerEvent.Created created, Instant at) {
    return new Container(
        created.containerId(),
        created.name(),
        created.spec(),
        created.node(),
        created.epoch(),
        at,
        Life.NOT_YET,
        Optional.empty(),
        Optional.empty());
  }

  Container with(Life next) {
    return new Container(id, name, spec, node, epoch, createdAt, next, removal, updating);
  }

  Container pausing(Optional<Pause> pause) {
    return phase() instanceof Phase.Running running
        ? with(life.in(new Phase.Running(running.pid(), running.startTicks(), pause)))
        : this;
  }

  Container named(String newName) {
    return new Container(id, newName, spec, node, epoch, createdAt, life, removal, updating);
  }

  /** With an update begun, or none. */
  Container updating(Optional<ContainerEvent.UpdateRequested> update) {
    return new Container(id, name, spec, node, epoch, createdAt, life, removal, update);
  }

  Container removing(ContainerEvent.RemoveRequested request) {
    return new Container(
        id, name, spec, node, epoch, createdAt, life, Optional.of(request), updating);
  }

  /** Docker takes each signal for an end of a container that has no stop signal of its own. */
  public boolean isEndedBy(int signal) {
    String own = spec.process().stopSignal();
    return signal == Signals.KILL || own.isEmpty() || Signals.parse(own) == signal;
  }
}
