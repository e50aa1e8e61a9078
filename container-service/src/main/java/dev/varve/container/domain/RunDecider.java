package dev.varve.container.domain;

import dev.varve.container.domain.Container.Phase;
import dev.varve.container.domain.ContainerEvent.Exited;
import dev.varve.container.domain.ContainerEvent.NetworkConnected;
import dev.varve.container.domain.ContainerEvent.NetworkDisconnected;
import dev.varve.container.domain.ContainerEvent.RemoveRequested;
import dev.varve.container.domain.ContainerEvent.StartFailed;
import dev.varve.container.domain.ContainerEvent.StartRequested;
import dev.varve.container.domain.ContainerEvent.Started;
import dev.varve.container.domain.ContainerEvent.Stopped;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Decision.Draft;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One run of a container: asked for, begun or refused, ended, its network gone. */
public final class RunDecider {
  private RunDecider() {}

  /**
   * The intent to run; false when it runs already.
   *
   * @param attachments the places on networks claimed for the run
   */
  public static Decision<DomainEvent, Boolean> request(
      Facts facts, String id, List<NetworkAttachment> attachments) {
    Optional<Container> found = facts.container(id);
    if (found.isEmpty()) {
      return new Decision.Rejected<>(Refusals.noSuchContainer(id));
    }
    Container it = found.get();
    if (it.removal().isPresent()) {
      return new Decision.Rejected<>(Refusals.markedForRemoval());
    }
    return switch (it.phase()) {
      case Phase.Running _, Phase.Starting _ ->
          it.isPaused()
              ? new Decision.Rejected<>(Refusals.startOfPaused())
              : Decision.nothing(false);
      case Phase.Idle _ -> {
        List<ContainerEvent> events = new ArrayList<>();
        events.add(new StartRequested());
        attachments.forEach(network -> events.add(new NetworkConnected(network)));
        yield accept(it, events, true);
      }
    };
  }

  /** What was seen: the program runs. */
  public static Decision<DomainEvent, Boolean> started(Facts facts, String id, Started seen) {
    return decide(
        facts, id, it -> it.phase() instanceof Phase.Starting ? List.of(seen) : List.of());
  }

  /** What was seen: the runtime would not, and the run's network is gone again. */
  public static Decision<DomainEvent, Boolean> failed(Facts facts, String id, StartFailed seen) {
    return decide(
        facts,
        id,
        it -> {
          List<ContainerEvent> events = new ArrayList<>();
          if (it.phase() instanceof Phase.Starting) {
            events.add(seen);
            events.addAll(disconnections(it));
            removalAfter(it).ifPresent(events::add);
          }
          return events;
        });
  }

  /** What was seen: the end of a run; counted once, however often it is reported. */
  public static Decision<DomainEvent, Boolean> exited(Facts facts, String id, Exited seen) {
    return decide(
        facts,
        id,
        it -> {
          List<ContainerEvent> events = new ArrayList<>();
          if (it.isRunning()) {
            events.add(seen);
            removalAfter(it).ifPresent(events::add);
          }
          return events;
        });
  }

  /** A run that was begun and over before anybody could record its beginning. */
  public static Decision<DomainEvent, Boolean> ranUnseen(Facts facts, String id, Exited seen) {
    return decide(
        facts,
        id,
        it -> {
          List<ContainerEvent> events = new ArrayList<>();
          if (it.phase() instanceof Phase.Starting) {
            events.add(new Started(0, seen.finishedAt(), 0));
            events.add(seen);
            removalAfter(it).ifPresent(events::add);
          }
          return events;
        });
  }

  /** After a run's end: its network is gone, and so is the stop that was waiting for the end. */
  public static Decision<DomainEvent, Boolean> settled(Facts facts, String id) {
    return decide(facts, id, it -> it.phase() instanceof Phase.Idle ? leftovers(it) : List.of());
  }

  static List<ContainerEvent> leftovers(Container it) {
    List<ContainerEvent> events = new ArrayList<>(disconnections(it));
    it.stopping().ifPresent(stop -> events.add(new Stopped()));
    return events;
  }

  private static List<ContainerEvent> disconnections(Container it) {
    return it.networks().stream()
        .<ContainerEvent>map(
            network -> new NetworkDisconnected(network.network(), network.networkId()))
        .toList();
  }

  /** The intent to remove stands with the end itself, so that no crash can lose it. */
  private static Optional<ContainerEvent> removalAfter(Container it) {
    return it.spec().host().autoRemove() && it.removal().isEmpty()
        ? Optional.of(new RemoveRequested(false, true))
        : Optional.empty();
  }

  private interface Rule {
    List<ContainerEvent> events(Container it);
  }

  private static Decision<DomainEvent, Boolean> decide(Facts facts, String id, Rule rule) {
    Optional<Container> found = facts.container(id);
    List<ContainerEvent> events = found.map(rule::events).orElse(List.of());
    return events.isEmpty() ? Decision.nothing(false) : accept(found.orElseThrow(), events, true);
  }

  static <R> Decision<DomainEvent, R> accept(
      Container it, List<? extends ContainerEvent> events, R answer) {
    return new Decision.Accepted<>(
        events.stream()
            .map(event -> new Draft<DomainEvent>(Subjects.container(it.id()), event))
            .toList(),
        answer);
  }
}
