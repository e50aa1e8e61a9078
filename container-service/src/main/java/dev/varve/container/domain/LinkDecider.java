package dev.varve.container.domain;

import dev.varve.container.domain.ContainerEvent.LinkRemoved;
import dev.varve.eventlog.Decision;
import java.util.List;
import java.util.Optional;

/** A container calls another by a name no more. */
public final class LinkDecider {
  private LinkDecider() {}

  /**
   * @return false when it did not before
   */
  public static Decision<DomainEvent, Boolean> remove(Facts facts, String id, String alias) {
    Optional<Container> found = facts.container(id);
    if (found.isEmpty()) {
      return new Decision.Rejected<>(Refusals.noSuchContainer(id));
    }
    boolean known =
        found.get().spec().host().nameResolution().links().stream()
            .anyMatch(link -> link.alias().equals(alias));
    return known
        ? RunDecider.accept(found.get(), List.of(new LinkRemoved(alias)), true)
        : Decision.nothing(false);
  }
}
