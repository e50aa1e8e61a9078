package dev.varve.container.domain;

import dev.varve.container.domain.Container.Pause;
import dev.varve.container.domain.ContainerEvent.PauseRequested;
import dev.varve.container.domain.ContainerEvent.Paused;
import dev.varve.container.domain.ContainerEvent.UnpauseRequested;
import dev.varve.container.domain.ContainerEvent.Unpaused;
import dev.varve.eventlog.Decision;
import java.util.List;
import java.util.Optional;

/** A run frozen and let go on; intents first, then what was seen. */
public final class PauseDecider {
  private PauseDecider() {}

  /** A person's wish to freeze it. */
  public static Decision<DomainEvent, Container> pause(Facts facts, String id, String reference) {
    Optional<Container> found = facts.container(id);
    if (found.isEmpty()) {
      return new Decision.Rejected<>(Refusals.noSuchContainer(reference));
    }
    Container it = found.get();
    if (!it.isRunning()) {
      return new Decision.Rejected<>(
          it.isRestarting() ? Refusals.restarting(it) : Refusals.notRunning(it));
    }
    if (it.pause().isPresent()) {
      return new Decision.Rejected<>(Refusals.alreadyPaused(it));
    }
    return RunDecider.accept(it, List.of(new PauseRequested(PauseReason.USER)), it);
  }

  /** The wish that it keeps still for a while; false when it does so or does not run at all. */
  public static Decision<DomainEvent, Boolean> freeze(Facts facts, String id) {
    Optional<Container> it = facts.container(id).filter(Container::isRunning);
    return it.isEmpty() || it.get().pause().isPresent()
        ? Decision.nothing(false)
        : RunDecider.accept(it.get(), List.of(new PauseRequested(PauseReason.COMMIT)), true);
  }

  /** What was seen: it is frozen. */
  public static Decision<DomainEvent, Boolean> paused(Facts facts, String id) {
    Optional<Container> it = facts.container(id);
    boolean awaited = it.flatMap(Container::pause).filter(pause -> !pause.frozen()).isPresent();
    return awaited
        ? RunDecider.accept(it.orElseThrow(), List.of(new Paused()), true)
        : Decision.nothing(false);
  }

  /** A person's wish that it goes on. */
  public static Decision<DomainEvent, Container> unpause(Facts facts, String id, String reference) {
    Optional<Container> found = facts.container(id);
    if (found.isEmpty()) {
      return new Decision.Rejected<>(Refusals.noSuchContainer(reference));
    }
    Container it = found.get();
    return it.isPaused()
        ? RunDecider.accept(it, List.of(new UnpauseRequested()), it)
        : new Decision.Rejected<>(Refusals.notPaused(it));
  }

  /**
   * Lets it go on if it is, or is about to be, frozen for one of these reasons.
   *
   * @return false when there is nothing to do
   */
  public static Decision<DomainEvent, Boolean> thaw(
      Facts facts, String id, List<PauseReason> reasons) {
    Optional<Container> it = facts.container(id);
    Optional<Pause> pause = it.flatMap(Container::pause);
    return pause.filter(known -> reasons.contains(known.reason())).isPresent()
        ? RunDecider.accept(it.orElseThrow(), List.of(new UnpauseRequested()), true)
        : Decision.nothing(false);
  }

  /** What was seen: it goes on. */
  public static Decision<DomainEvent, Boolean> unpaused(Facts facts, String id) {
    Optional<Container> it = facts.container(id);
    return it.flatMap(Container::pause).isPresent()
        ? RunDecider.accept(it.orElseThrow(), List.of(new Unpaused()), true)
        : Decision.nothing(false);
  }
}
