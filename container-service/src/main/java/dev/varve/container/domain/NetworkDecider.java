package dev.varve.container.domain;

import dev.varve.container.domain.NetworkEvent.NetworkCreated;
import dev.varve.container.domain.NetworkEvent.NetworkNameClaimed;
import dev.varve.container.domain.NetworkEvent.NetworkNameReleased;
import dev.varve.container.domain.NetworkEvent.NetworkRemoved;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Decision.Draft;
import dev.varve.eventlog.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Making and removing a network: its name and itself in one batch. As with containers, the log
 * judges each subject by itself: when the name went to another while the network counted, the same
 * command takes the network back.
 */
public final class NetworkDecider {
  private NetworkDecider() {}

  /** What is wrong with a network that somebody asks for, before anything is chosen for it. */
  public static Optional<Problem> refusal(NetworkSpec asked) {
    return NetworkRules.refusal(asked);
  }

  /**
   * @param others all other networks there are
   * @return empty when it is there and bears its name; otherwise why it was taken back
   */
  public static Decision<DomainEvent, Optional<Problem>> create(
      Facts facts, String id, NetworkSpec spec, Collection<Network> others) {
    boolean made = facts.network(id).isPresent();
    Optional<Problem> refusal =
        taken(facts, id, spec.name())
            .or(() -> overlap(spec, others))
            .or(() -> sameBridge(spec, others))
            .or(() -> LeaseDecider.refusal(facts, spec.labels()));
    if (refusal.isPresent()) {
      return made
          ? Decision.accept(Subjects.network(id), new NetworkRemoved(id, spec.name()), refusal)
          : new Decision.Rejected<>(refusal.get());
    }
    List<Draft<DomainEvent>> drafts = new ArrayList<>();
    if (facts.networkName(spec.name()).isEmpty()) {
      drafts.add(
          new Draft<>(Subjects.networkName(spec.name()), new NetworkNameClaimed(spec.name(), id)));
    }
    if (!made) {
      drafts.add(new Draft<>(Subjects.network(id), new NetworkCreated(id, spec)));
    }
    return new Decision.Accepted<>(drafts, Optional.empty());
  }

  private static Optional<Problem> taken(Facts facts, String id, String name) {
    return facts
        .networkName(name)
        .filter(claim -> !claim.networkId().equals(id))
        .map(_ -> Refusals.networkExists(name));
  }

  private static Optional<Problem> overlap(NetworkSpec spec, Collection<Network> others) {
    for (AddressPool pool : spec.pools()) {
      for (Network other : others) {
        // Several networks of this kind may divide the subnet of one parent link among them.
        boolean apart = !spec.driver().equals(other.driver());
        boolean overlaps =
            other.spec().pools().stream().anyMatch(it -> it.block().overlaps(pool.block()));
        if (overlaps && (spec.driver().equals(Network.BRIDGE) || !apart)) {
          return Optional.of(Refusals.poolOverlaps());
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Problem> sameBridge(NetworkSpec spec, Collection<Network> others) {
    return others.stream()
        .filter(other -> spec.driver().equals(Network.BRIDGE))
        .filter(other -> other.driver().equals(Network.BRIDGE))
        .filter(other -> other.bridge().equals(spec.bridge()))
        .findFirst()
        .map(other -> Refusals.bridgeTaken(other.name(), other.bridge()));
  }

  /**
   * Removes a network that nobody is connected to any more.
   *
   * @return false when it is gone already
   */
  public static Decision<DomainEvent, Boolean> remove(Facts facts, String id) {
    Optional<Network> found = facts.network(id);
    if (found.isEmpty()) {
      return Decision.nothing(false);
    }
    String name = found.get().name();
    if (Network.isBuiltin(name)) {
      return new Decision.Rejected<>(Refusals.builtinStays(name));
    }
    List<Draft<DomainEvent>> drafts = new ArrayList<>();
    drafts.add(new Draft<>(Subjects.network(id), new NetworkRemoved(id, name)));
    drafts.addAll(release(facts, name, id));
    return new Decision.Accepted<>(drafts, true);
  }

  /** Gives a name back unless a network really bears it. */
  public static Decision<DomainEvent, Boolean> releaseOrphan(Facts facts, String name, String id) {
    boolean borne = facts.network(id).filter(it -> it.name().equals(name)).isPresent();
    return new Decision.Accepted<>(borne ? List.of() : release(facts, name, id), true);
  }

  /** Claims the name of a network that is there without it. */
  public static Decision<DomainEvent, Boolean> claim(Facts facts, Network it) {
    return facts.networkName(it.name()).isPresent()
        ? Decision.nothing(false)
        : Decision.accept(
            Subjects.networkName(it.name()), new NetworkNameClaimed(it.name(), it.id()), true);
  }

  private static List<Draft<DomainEvent>> release(Facts facts, String name, String id) {
    return facts.networkName(name).filter(claim -> claim.networkId().equals(id)).stream()
        .map(_ ->
            new Draft<DomainEvent>(Subjects.networkName(name), new NetworkNameReleased(name, id)))
        .toList();
  }
}
