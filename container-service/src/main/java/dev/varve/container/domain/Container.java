package dev.varve.container.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A container, folded from its events.
 *
 * <pre>
 *            StartRequested              Started
 *   Idle  ───────────────────▶ Starting ─────────▶ Running
 *    ▲  ▲        StartFailed      │                   │
 *    │  └─────────────────────────┘      Exited       │
 *    └────────────────────────────────────────────────┘
 * </pre>
 *
 * A running container may be paused: PauseRequested, Paused, UnpauseRequested, Unpaused.
 *
 * <p>RemoveRequested is allowed in any phase and lets no further start begin; Removed ends it.
 *
 * @param epoch of the ownership by {@code node}
 * @param outcome of the last run or of the last start that failed
 * @param startedAt of the last run
 * @param finishedAt of the last run that ended
 * @param networks what the present run is connected to
 * @param stopping a stop that was asked for and is not complete
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
    Phase phase,
    Outcome outcome,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    List<NetworkAttachment> networks,
    Optional<ContainerEvent.StopRequested> stopping,
    Optional<ContainerEvent.RemoveRequested> removal,
    Optional<ContainerEvent.UpdateRequested> updating)
    implements DomainState {

  /** Where the container is in its life. */
  public sealed interface Phase {
    record Idle() implements Phase {}

    record Starting() implements Phase {}

    record Running(int pid, long startTicks, Optional<Pause> pause) implements Phase {}
  }

  /**
   * A run that is frozen, is about to be, or is about to go on.
   *
   * @param frozen the processes were seen frozen, and not seen to go on since
   */
  public record Pause(PauseReason reason, boolean frozen) {}

  /** How a run ended, or why it never began. */
  public record Outcome(int exitCode, String error, boolean oomKilled) {
    static final Outcome NONE = new Outcome(0, "", false);
  }

  /** What Docker calls State.Status. */
  public enum Status {
    CREATED,
    RUNNING,
    PAUSED,
    EXITED,
    REMOVING
  }

  public Status status() {
    if (removal.isPresent()) {
      return Status.REMOVING;
    }
    return switch (phase) {
      case Phase.Running _ -> isPaused() ? Status.PAUSED : Status.RUNNING;
      case Phase.Idle _, Phase.Starting _ -> startedAt.isPresent() ? Status.EXITED : Status.CREATED;
    };
  }

  public boolean isRunning() {
    return phase instanceof Phase.Running;
  }

  /** Frozen, which is running as well. */
  public boolean isPaused() {
    return pause().filter(Pause::frozen).isPresent();
  }

  public Optional<Pause> pause() {
    return phase instanceof Phase.Running running ? running.pause() : Optional.empty();
  }

  public String shortId() {
    return id.substring(0, 12);
  }

  /** The same with another specification. */
  public Container with(ContainerSpec other) {
    return new Container(
        id,
        name,
        other,
        node,
        epoch,
        createdAt,
        phase,
        outcome,
        startedAt,
        finishedAt,
        networks,
        stopping,
        removal,
        updating);
  }

  static Container created(ContainerEvent.Created created, Instant at) {
    return new Container(
        created.containerId(),
        created.name(),
        created.spec(),
        created.node(),
        created.epoch(),
        at,
        new Phase.Idle(),
        Outcome.NONE,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  Container starting() {
    return with(new Phase.Starting(), outcome, startedAt, finishedAt);
  }

  Container running(int pid, long startTicks, Instant at) {
    Phase begun = new Phase.Running(pid, startTicks, Optional.empty());
    return with(begun, Outcome.NONE, Optional.of(at), finishedAt);
  }

  Container pausing(Optional<Pause> pause) {
    return phase instanceof Phase.Running running
        ? with(
            new Phase.Running(running.pid(), running.startTicks(), pause),
            outcome,
            startedAt,
            finishedAt)
        : this;
  }

  Container startFailed(Outcome failure) {
    return with(new Phase.Idle(), failure, startedAt, finishedAt);
  }

  Container exited(Outcome end, Instant at) {
    return with(new Phase.Idle(), end, startedAt, Optional.of(at));
  }

  Container named(String newName) {
    return new Container(
        id,
        newName,
        spec,
        node,
        epoch,
        createdAt,
        phase,
        outcome,
        startedAt,
        finishedAt,
        networks,
        stopping,
        removal,
        updating);
  }

  Container on(List<NetworkAttachment> attachments) {
    return new Container(
        id,
        name,
        spec,
        node,
        epoch,
        createdAt,
        phase,
        outcome,
        startedAt,
        finishedAt,
        attachments,
        stopping,
        removal,
        updating);
  }

  Container stopping(Optional<ContainerEvent.StopRequested> stop) {
    return new Container(
        id,
        name,
        spec,
        node,
        epoch,
        createdAt,
        phase,
        outcome,
        startedAt,
        finishedAt,
        networks,
        stop,
        removal,
        updating);
  }

  /** With an update begun, or none. */
  Container updating(Optional<ContainerEvent.UpdateRequested> update) {
    return new Container(
        id,
        name,
        spec,
        node,
        epoch,
        createdAt,
        phase,
        outcome,
        startedAt,
        finishedAt,
        networks,
        stopping,
        removal,
        update);
  }

  Container removing(ContainerEvent.RemoveRequested request) {
    return new Container(
        id,
        name,
        spec,
        node,
        epoch,
        createdAt,
        phase,
        outcome,
        startedAt,
        finishedAt,
        networks,
        stopping,
        Optional.of(request),
        updating);
  }

  private Container with(
      Phase next, Outcome end, Optional<Instant> started, Optional<Instant> finished) {
    return new Container(
        id, name, spec, node, epoch, createdAt, next, end, started, finished, networks, stopping,
        removal, updating);
  }
}
