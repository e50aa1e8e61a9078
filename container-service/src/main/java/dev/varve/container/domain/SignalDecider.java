package dev.varve.container.domain;

import dev.varve.container.domain.ContainerEvent.SignalRequested;
import dev.varve.container.domain.ContainerEvent.StopRequested;
import dev.varve.eventlog.Decision;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Signals to a running container, and the stop that is a signal, a wait, and SIGKILL. */
public final class SignalDecider {
  private static final int DEFAULT_STOP_SECONDS = 10;

  private SignalDecider() {}

  /**
   * @param reference what the user typed, for the refusal
   */
  public static Decision<DomainEvent, Container> kill(
      Facts facts, String id, String reference, int signal) {
    Optional<Container> it = facts.container(id);
    if (it.isEmpty()) {
      return new Decision.Rejected<>(Refusals.noSuchContainer(reference));
    }
    return it.get().isRunning()
        ? RunDecider.accept(it.get(), List.of(new SignalRequested(signal)), it.get())
        : new Decision.Rejected<>(Refusals.cannotKill(reference, it.get()));
  }

  /** The second step of a stop or of a forced removal; nothing when the run has ended meanwhile. */
  public static Decision<DomainEvent, Boolean> escalate(Facts facts, String id) {
    Optional<Container> it = facts.container(id).filter(Container::isRunning);
    return it.isPresent()
        ? RunDecider.accept(it.get(), List.of(new SignalRequested(Signals.KILL)), true)
        : Decision.nothing(false);
  }

  /**
   * The intent to stop; empty when it does not run.
   *
   * @param timeoutSeconds absent for the container's own
   * @param signal empty for the container's own
   */
  public static Decision<DomainEvent, Optional<StopRequested>> stop(
      Facts facts, String id, String reference, OptionalInt timeoutSeconds, String signal) {
    Optional<Container> found = facts.container(id);
    if (found.isEmpty()) {
      return new Decision.Rejected<>(Refusals.noSuchContainer(reference));
    }
    Container it = found.get();
    if (!it.isRunning()) {
      return Decision.nothing(Optional.empty());
    }
    ProcessSpec process = it.spec().process();
    String name = signal.isEmpty() ? process.stopSignal() : signal;
    StopRequested stop =
        new StopRequested(
            name.isEmpty() ? Signals.TERM : Signals.parse(name),
            timeoutSeconds.orElse(process.stopTimeout().orElse(DEFAULT_STOP_SECONDS)));
    return RunDecider.accept(it, List.of(stop), Optional.of(stop));
  }
}
