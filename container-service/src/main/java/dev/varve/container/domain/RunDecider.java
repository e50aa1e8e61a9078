package dev.varve.container.domain;

import dev.varve.container.domain.Container.Phase;
import dev.varve.container.domain.ContainerEvent.Exited;
import dev.varve.container.domain.ContainerEvent.NetworkConnected;
import dev.varve.container.domain.ContainerEvent.NetworkDisconnected;
import dev.varve.container.domain.ContainerEvent.OutOfMemory;
import dev.varve.container.domain.ContainerEvent.RemoveRequested;
import dev.varve.container.domain.ContainerEvent.RestartScheduled;
import dev.varve.container.domain.ContainerEvent.StartFailed;
import dev.varve.container.domain.ContainerEvent.StartRequested;
import dev.varve.container.domain.ContainerEvent.Started;
import dev.varve.container.domain.ContainerEvent.Stopped;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Decision.Draft;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One run of a container: asked for, begun or refused, ended, its network gone. */
public final class RunDecider {
  private RunDecider() {}

  /**
   * The intent to run; false when it runs already, or shall not any more.
   *
   * @param attachment the address claimed for the run, unless it has none of its own
   */
  public static Decision<DomainEvent, Boolean> request(
      Facts facts, String id, StartReason reason, Optional<NetworkAttachment> attachment) {
    Optional<Container> found = facts.container(id);
    if (found.isEmpty()) {
      return new Decision.Rejected<>(Refusals.noSuchContainer(id));
    }
    Container it = found.get();
    if (it.removal().isPresent()) {
      return new Decision.Rejected<>(Refusals.markedForRemoval());
    }
    if (it.isPaused()) {
      return new Decision.Rejected<>(Refusals.startOfPaused());
    }
    if (!mayBegin(it, reason)) {
      return Decision.nothing(false);
    }
    List<ContainerEvent> events = new ArrayList<>();
    events.add(new StartRequested(reason));
    attachment.ifPresent(network -> events.add(new NetworkConnected(network)));
    return accept(it, events, true);
  }

  /** Whether a start for that reason has something to do. */
  public static boolean mayBegin(Container it, StartReason reason) {
    return switch (it.phase()) {
      case Phase.Running _, Phase.Starting _ -> false;
      case Phase.Restarting waiting -> waiting.reason() == reason;
      case Phase.Idle _ ->
          switch (reason) {
            case ASKED, RESTART -> true;
            case POLICY, ENGINE_START -> false;
          };
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

  /**
   * What was seen: the engine died before the program ran. A client that asked was told, or saw the
   * connection end; what nobody waits for begins again.
   */
  public static Decision<DomainEvent, Boolean> interrupted(
      Facts facts, String id, StartFailed seen, Instant now) {
    return decide(
        facts,
        id,
        it -> {
          List<ContainerEvent> events = new ArrayList<>();
          if (it.phase() instanceof Phase.Starting(StartReason reason)) {
            events.add(seen);
            events.addAll(disconnections(it));
            if (reason != StartReason.ASKED && it.removal().isEmpty()) {
              events.add(new RestartScheduled(reason, it.restarts().count(), Duration.ZERO, now));
            } else {
              removalAfter(it).ifPresent(events::add);
            }
          }
          return events;
        });
  }

  /** What was seen: the kernel killed something in it for its memory; counted once in a run. */
  public static Decision<DomainEvent, Boolean> outOfMemory(Facts facts, String id) {
    return decide(
        facts,
        id,
        it -> it.isRunning() && !it.run().outOfMemory() ? List.of(new OutOfMemory()) : List.of());
  }

  /**
   * What was seen: the end of a run; counted once, however often it is reported. What follows it is
   * intended in the same append, so that no crash can lose it.
   */
  public static Decision<DomainEvent, Boolean> exited(Facts facts, String id, Exited seen) {
    return decide(
        facts,
        id,
        it -> {
          if (!it.isRunning()) {
            return List.of();
          }
          Instant start = it.startedAt().orElse(seen.finishedAt());
          Exited exited = seen.notBefore(start);
          return ended(it, exited, Duration.between(start, exited.finishedAt()));
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
            events.addAll(ended(it, seen, Duration.ZERO));
          }
          return events;
        });
  }

  private static List<ContainerEvent> ended(Container it, Exited seen, Duration ranFor) {
    List<ContainerEvent> events = new ArrayList<>();
    if (seen.oomKilled() && !it.run().outOfMemory()) {
      events.add(new OutOfMemory());
    }
    Exited exited =
        it.run().outOfMemory()
            ? new Exited(seen.exitCode(), seen.finishedAt(), true, seen.error(), seen.cause())
            : seen;
    events.add(exited.because(ExitCause.of(it, exited)));
    if (it.removal().isEmpty()) {
      restartAfter(it, seen, ranFor).or(() -> removalAfter(it)).ifPresent(events::add);
    }
    return events;
  }

  private static Optional<ContainerEvent> restartAfter(Container it, Exited seen, Duration ranFor) {
    boolean asked = it.stopping().filter(stop -> stop.purpose() != StopPurpose.STOP).isPresent();
    return asked
        ? Optional.of(
            new RestartScheduled(StartReason.RESTART, 0, Duration.ZERO, seen.finishedAt()))
        : Restarts.afterExit(it, seen.exitCode(), seen.finishedAt(), ranFor)
            .map(ContainerEvent.class::cast);
  }

  /** The engine starts, and with it what its restart policy says so of. */
  public static Decision<DomainEvent, Boolean> atEngineStart(Facts facts, String id, Instant now) {
    return decide(
        facts,
        id,
        it ->
            it.phase() instanceof Phase.Idle && it.removal().isEmpty() && Restarts.atEngineStart(it)
                ? List.of(new RestartScheduled(StartReason.ENGINE_START, 0, Duration.ZERO, now))
                : List.of());
  }

  /** After a run's end: its network is gone, and so is the stop that was waiting for the end. */
  public static Decision<DomainEvent, Boolean> settled(Facts facts, String id) {
    return decide(
        facts,
        id,
        it ->
            switch (it.phase()) {
              case Phase.Idle _, Phase.Restarting _ -> leftovers(it);
              case Phase.Starting _, Phase.Running _ -> List.of();
            });
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

  static Optional<ContainerEvent> removalAfter(Container it) {
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
