package dev.varve.container.domain;

import dev.varve.container.domain.ContainerEvent.HealthChanged;
import dev.varve.container.domain.ContainerEvent.StopRequested;
import dev.varve.eventlog.Decision;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What the log learns of a container's health: that it changed, not each look at it. */
public final class HealthDecider {
  private HealthDecider() {}

  /**
   * The health of a run, as a probe left it. A container that wants to be restarted when it turns
   * unhealthy is stopped for that, in the same append.
   *
   * @param startTicks of the run that was looked at: a later one has its own health
   * @return a stop to be carried through
   */
  public static Decision<DomainEvent, Optional<StopRequested>> changed(
      Facts facts, String id, long startTicks, HealthStatus status, int failingStreak) {
    Optional<Container> found = facts.container(id);
    boolean ofThisRun =
        found.isPresent()
            && found.get().phase() instanceof Container.Phase.Running running
            && running.startTicks() == startTicks;
    if (!ofThisRun || found.get().run().health() == status) {
      return Decision.nothing(Optional.empty());
    }
    Container it = found.get();
    HealthChanged change = new HealthChanged(status, failingStreak);
    boolean restart =
        status == HealthStatus.UNHEALTHY
            && it.spec().restartsWhenUnhealthy()
            && it.stopping().isEmpty()
            && it.removal().isEmpty();
    if (!restart) {
      return RunDecider.accept(it, List.of(change), Optional.empty());
    }
    StopRequested stop = SignalDecider.stopOf(it, OptionalInt.empty(), "", StopPurpose.UNHEALTHY);
    return RunDecider.accept(it, List.of(change, stop), Optional.of(stop));
  }
}
