package dev.varve.container.domain;

import dev.varve.container.domain.ContainerEvent.Created;
import dev.varve.container.domain.ContainerEvent.Removed;
import dev.varve.container.domain.NameEvent.NameClaimed;
import dev.varve.container.domain.NameEvent.NameReleased;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Making a container: its name and itself in one batch. The log judges each subject by itself, so
 * another node may win the name while the container counts; the same command then takes the
 * container back. What a crash leaves between the two is mended by {@link #releaseOrphan} and by
 * giving the container another name.
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

  /**
   * @return empty when the container is there and bears its name; otherwise why it was taken back
   */
  public static Decision<DomainEvent, Optional<Problem>> create(
      Facts facts, String id, String name, ContainerSpec spec, String node) {
    Optional<Problem> refusal =
        SpecRules.refusal(spec).or(() -> LeaseDecider.refusal(facts, spec.labels()));
    if (refusal.isPresent()) {
      return new Decision.Rejected<>(refusal.get());
    }
    boolean made = facts.container(id).isPresent();
    return switch (claim(facts, name, id)) {
      case Decision.Rejected<DomainEvent, String>(Problem problem) ->
          made
              ? Decision.accept(Subjects.container(id), new Removed(), Optional.of(problem))
              : new Decision.Rejected<>(problem);
      case Decision.Accepted<DomainEvent, String>(var claim, var _) -> {
        List<Decision.Draft<DomainEvent>> drafts = new ArrayList<>(claim);
        if (!made) {
          drafts.add(
              new Decision.Draft<>(Subjects.container(id), new Created(id, name, spec, node, 1)));
        }
        yield new Decision.Accepted<>(drafts, Optional.empty());
      }
    };
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
