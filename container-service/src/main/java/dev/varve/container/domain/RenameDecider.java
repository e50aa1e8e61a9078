package dev.varve.container.domain;

import dev.varve.container.domain.ContainerEvent.Renamed;
import dev.varve.container.domain.NameEvent.NameReleased;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Decision.Draft;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A new name for a container: claimed first ({@link CreateDecider#claim}), then taken on together
 * with the release of the old one. At every moment at least one of both names leads to it.
 */
public final class RenameDecider {
  private RenameDecider() {}

  /** Whether the rename may begin at all. */
  public static Decision<DomainEvent, String> check(Facts facts, String id, String newName) {
    Optional<Container> found = facts.container(id);
    if (found.isEmpty()) {
      return new Decision.Rejected<>(Refusals.noSuchContainer(id));
    }
    if (newName.isEmpty()) {
      return refuse("Neither old nor new names may be empty");
    }
    return found.get().name().equals(newName)
        ? refuse("Renaming a container with the same name as its current name")
        : Decision.nothing(found.get().name());
  }

  /**
   * @param oldName the name before the first try of this command
   */
  public static Decision<DomainEvent, Boolean> rename(
      Facts facts, String id, String oldName, String newName) {
    Optional<Container> found = facts.container(id);
    if (found.isEmpty() || found.get().removal().isPresent()) {
      return new Decision.Rejected<>(Refusals.noSuchContainer(id));
    }
    List<Draft<DomainEvent>> drafts = new ArrayList<>();
    if (!found.get().name().equals(newName)) {
      drafts.add(new Draft<>(Subjects.container(id), new Renamed(oldName, newName)));
    }
    if (facts.name(oldName).filter(claim -> claim.containerId().equals(id)).isPresent()) {
      drafts.add(new Draft<>(Subjects.name(oldName), new NameReleased(oldName, id)));
    }
    return new Decision.Accepted<>(drafts, true);
  }

  private static Decision<DomainEvent, String> refuse(String message) {
    return new Decision.Rejected<>(Refusals.invalid(message));
  }
}
