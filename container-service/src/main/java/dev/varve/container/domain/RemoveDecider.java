package dev.varve.container.domain;

import dev.varve.container.domain.Container.Phase;
import dev.varve.container.domain.ContainerEvent.RemoveRequested;
import dev.varve.container.domain.ContainerEvent.Removed;
import dev.varve.container.domain.ContainerEvent.RestartCancelled;
import dev.varve.container.domain.ContainerEvent.SignalRequested;
import dev.varve.container.domain.ExecEvent.ExecRemoved;
import dev.varve.container.domain.NameEvent.NameReleased;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Decision.Draft;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The end of a container: asked for once, then carried through, over crashes as well. */
public final class RemoveDecider {
  private RemoveDecider() {}

  /** What a removal has to do next. */
  public enum Next {
    /** Nobody removed it before: carry the removal through. */
    BEGIN,
    /** The same, after the run has ended; SIGKILL is recorded as asked for. */
    KILL,
    /** Somebody is at it already: wait for the end. */
    JOIN
  }

  public static Decision<DomainEvent, Next> request(
      Facts facts, String id, String reference, boolean force, boolean volumes) {
    Optional<Container> found = facts.container(id);
    if (found.isEmpty()) {
      return new Decision.Rejected<>(Refusals.noSuchContainer(reference));
    }
    Container it = found.get();
    if (it.removal().isPresent()) {
      return force
          ? Decision.nothing(Next.JOIN)
          : new Decision.Rejected<>(Refusals.removalInProgress(reference));
    }
    RemoveRequested removal = new RemoveRequested(force, volumes);
    return switch (it.phase()) {
      case Phase.Idle _ -> RunDecider.accept(it, List.of(removal), Next.BEGIN);
      case Phase.Restarting _ when force ->
          RunDecider.accept(it, List.of(removal, new RestartCancelled()), Next.BEGIN);
      case Phase.Starting _, Phase.Running _ when force ->
          RunDecider.accept(it, List.of(removal, new SignalRequested(Signals.KILL)), Next.KILL);
      case Phase.Restarting _, Phase.Starting _, Phase.Running _ ->
          new Decision.Rejected<>(Refusals.removeOfRunning(it));
    };
  }

  /**
   * The removal is complete. From each half-way state of this batch of several subjects the same
   * command leads to its end.
   *
   * @param execIds of the container, or some that were its
   */
  public static Decision<DomainEvent, Boolean> complete(
      Facts facts, String id, String lastName, Collection<String> execIds) {
    Optional<Container> found = facts.container(id);
    List<Draft<DomainEvent>> drafts = new ArrayList<>();
    for (String execId : execIds) {
      if (facts.exec(execId).isPresent()) {
        drafts.add(new Draft<>(Subjects.exec(execId), new ExecRemoved()));
      }
    }
    String name = found.map(Container::name).orElse(lastName);
    if (found.isPresent()) {
      for (ContainerEvent event : RunDecider.leftovers(found.get())) {
        drafts.add(new Draft<>(Subjects.container(id), event));
      }
      drafts.add(new Draft<>(Subjects.container(id), new Removed()));
    }
    if (facts.name(name).filter(claim -> claim.containerId().equals(id)).isPresent()) {
      drafts.add(new Draft<>(Subjects.name(name), new NameReleased(name, id)));
    }
    return new Decision.Accepted<>(drafts, found.isPresent());
  }
}
