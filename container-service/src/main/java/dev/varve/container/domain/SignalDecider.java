package dev.varve.container.domain;

import dev.varve.container.domain.Container.Phase;
import dev.varve.container.domain.ContainerEvent.RestartCancelled;
import dev.varve.container.domain.ContainerEvent.SignalRequested;
import dev.varve.container.domain.ContainerEvent.StopRequested;
import dev.varve.container.domain.ContainerEvent.Stopped;
import dev.varve.eventlog.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Signals to a running container, and the stop that is a signal, a wait, and SIGKILL. */
public final class SignalDecider {
  private static final int DEFAULT_STOP_SECONDS = 10;

  private SignalDecider() {}

  /** What a signal or a stop has to do next. */
  public sealed interface Next {
    /** It does not run. */
    record Nothing() implements Next {}

    /** It was between two runs, and stays so: nothing is left to do. */
    record Cancelled() implements Next {}

    /** Send the signal; after so many seconds SIGKILL, for a stop. */
    record Send(StopRequested stop) implements Next {}
  }

  /**
   * True when the signal is to be sent; false when it was between two runs and any signal has done
   * its work.
   *
   * @param reference what the user typed, for the refusal
   */
  public static Decision<DomainEvent, Boolean> kill(
      Facts facts, String id, String reference, int signal) {
    Optional<Container> found = facts.container(id);
    if (found.isEmpty()) {
      return new Decision.Rejected<>(Refusals.noSuchContainer(reference));
    }
    Container it = found.get();
    return switch (it.phase()) {
      case Phase.Running _ -> RunDecider.accept(it, List.of(new SignalRequested(signal)), true);
      case Phase.Restarting _ -> RunDecider.accept(it, cancelled(it), false);
      case Phase.Idle _, Phase.Starting _ ->
          new Decision.Rejected<>(Refusals.cannotKill(reference, it));
    };
  }

  /** The second step of a stop or of a forced removal; nothing when the run has ended meanwhile. */
  public static Decision<DomainEvent, Boolean> escalate(Facts facts, String id) {
    Optional<Container> it = facts.container(id).filter(Container::isRunning);
    return it.isPresent()
        ? RunDecider.accept(it.get(), List.of(new SignalRequested(Signals.KILL)), true)
        : Decision.nothing(false);
  }

  /**
   * The intent to stop.
   *
   * @param timeoutSeconds absent for the container's own
   * @param signal empty for the container's own
   */
  public static Decision<DomainEvent, Next> stop(
      Facts facts,
      String id,
      String reference,
      OptionalInt timeoutSeconds,
      String signal,
      StopPurpose purpose) {
    Optional<Container> found = facts.container(id);
    if (found.isEmpty()) {
      return new Decision.Rejected<>(Refusals.noSuchContainer(reference));
    }
    Container it = found.get();
    return switch (it.phase()) {
      case Phase.Running _ -> {
        StopRequested stop = stopOf(it, timeoutSeconds, signal, purpose);
        yield RunDecider.accept(it, List.of(stop), new Next.Send(stop));
      }
      case Phase.Restarting _ -> {
        List<ContainerEvent> events = cancelled(it);
        events.add(1, new Stopped());
        yield RunDecider.accept(it, events, new Next.Cancelled());
      }
      case Phase.Idle _, Phase.Starting _ -> Decision.nothing(new Next.Nothing());
    };
  }

  private static List<ContainerEvent> cancelled(Container it) {
    List<ContainerEvent> events = new ArrayList<>();
    events.add(new RestartCancelled());
    RunDecider.removalAfter(it).ifPresent(events::add);
    return events;
  }

  static StopRequested stopOf(
      Container it, OptionalInt timeoutSeconds, String signal, StopPurpose purpose) {
    ProcessSpec process = it.spec().process();
    String name = signal.isEmpty() ? process.stopSignal() : signal;
    return new StopRequested(
        name.isEmpty() ? Signals.TERM : Signals.parse(name),
        timeoutSeconds.orElse(process.stopTimeout().orElse(DEFAULT_STOP_SECONDS)),
        purpose);
  }
}
