package dev.varve.container.domain;

import dev.varve.container.domain.ContainerEvent.Created;
import dev.varve.container.domain.NameEvent.NameClaimed;
import dev.varve.container.domain.NameEvent.NameReleased;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Problem;
import java.util.Optional;

/**
 * Making a container: its name is claimed first, so that a container never exists without it. A
 * claim without a container (a crash between the two) is given back by {@link #releaseOrphan}.
 */
public final class CreateDecider {
  private CreateDecider() {}

  /** Claims a name for a container that does not exist yet or is being renamed. */
  public static Decision<DomainEvent, String> claim(Facts facts, String name, String containerId) {
    Optional<Problem> refusal = ContainerName.refusal(name);
    if (refusal.isPresent()) {
      return new Decision.Rejected<>(refusal.get());
    }
    Optional<NameClaim> holder = facts.name(name);
    if (holder.isEmpty()) {
      return Decision.accept(Subjects.name(name), new NameClaimed(name, containerId), name);
    }
    return holder.get().containerId().equals(containerId)
        ? Decision.nothing(name)
        : new Decision.Rejected<>(Refusals.nameTaken(name, holder.get().containerId()));
  }

  public static Decision<DomainEvent, String> create(
      Facts facts, String id, String name, ContainerSpec spec, String node) {
    if (facts.container(id).isPresent()) {
      return Decision.nothing(id);
    }
    Optional<Problem> refusal = SpecRules.refusal(spec);
    return refusal.isPresent()
        ? new Decision.Rejected<>(refusal.get())
        : Decision.accept(Subjects.container(id), new Created(id, name, spec, node, 1), id);
  }

  /** Gives a name back unless a container really bears it; true when it did. */
  public static Decision<DomainEvent, Boolean> releaseOrphan(
      Facts facts, String name, String containerId) {
    boolean claimed =
        facts.name(name).filter(claim -> claim.containerId().equals(containerId)).isPresent();
    boolean borne = facts.container(containerId).filter(it -> it.name().equals(name)).isPresent();
    return claimed && !borne
        ? Decision.accept(Subjects.name(name), new NameReleased(name, containerId), true)
        : Decision.nothing(false);
  }
}
