package dev.varve.container.domain;

import dev.varve.container.domain.ExitCause.SentSignal;
import dev.varve.eventlog.Event;
import dev.varve.eventlog.Evolution;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fold of every subject of the container service's topic. An event that does not fit the state
 * (only a faulty writer could have made it count) leaves the state as it is.
 */
public final class ContainerEvolution implements Evolution<DomainState, DomainEvent> {

  @Override
  public @Nullable DomainState evolve(@Nullable DomainState state, Event<DomainEvent> event) {
    return switch (event.data()) {
      case ContainerEvent.Created created ->
          state == null ? Container.created(created, event.time()) : state;
      case ContainerEvent change ->
          state instanceof Container it ? container(it, change, event.cause().actor()) : state;
      case NameEvent.NameClaimed(String name, String containerId) ->
          new NameClaim(name, containerId, event.node());
      case NameEvent.NameReleased _ -> null;
      case ExecEvent.ExecCreated(String id, String containerId, ExecSpec spec) ->
          state == null ? new Exec(id, containerId, spec, new Exec.Phase.Created()) : state;
      case ExecEvent change -> state instanceof Exec it ? exec(it, change, event) : state;
      case NetworkEvent.NetworkCreated(String id, NetworkSpec spec) ->
          state == null ? new Network(id, spec, event.time()) : state;
      case NetworkEvent.NetworkRemoved _ -> null;
      case NetworkEvent.NetworkNameClaimed(String name, String networkId) ->
          new NetworkName(name, networkId, event.node());
      case NetworkEvent.NetworkNameReleased _ -> null;
      case EndpointsEvent.EndpointsChanged(String containerId, var endpoints) ->
          new Endpoints(containerId, endpoints);
      case EndpointsEvent.EndpointsForgotten _ -> null;
      case LeaseEvent.LeaseOpened(String id, String name, var grace) ->
          new Lease(id, name, grace, event.time());
      case LeaseEvent.LeaseEnded _ -> null;
      case NodeEvent.NodeStarted(String bootId, String version) ->
          new Node(event.subject().id(), bootId, version);
      case PruneEvent.Pruned _, PruneEvent.NetworksPruned _, BuildRunEvent.BuildRunRefused _ ->
          null;
    };
  }

  private static @Nullable Container container(Container it, ContainerEvent event, String actor) {
    Life life = it.life();
    return switch (event) {
      case ContainerEvent.Created _,
          ContainerEvent.Attached _,
          ContainerEvent.Detached _,
          ContainerEvent.Exported _,
          ContainerEvent.ArchiveRead _,
          ContainerEvent.ArchiveExtracted _,
          ContainerEvent.ProcessesListed _,
          ContainerEvent.Resized _,
          ContainerEvent.RootFilesystemMissing _ ->
          it;
      case ContainerEvent.StartRequested(StartReason reason) -> it.with(life.starting(reason));
      case ContainerEvent.NetworkConnected(NetworkAttachment attachment) ->
          it.with(
              life.on(
                  Stream.concat(without(it, attachment.networkId()), Stream.of(attachment))
                      .toList()));
      case ContainerEvent.NetworkDisconnected(String _, String networkId) ->
          it.with(life.on(left(it, networkId)));
      case ContainerEvent.Started started ->
          it.with(
              life.running(
                  started.pid(),
                  started.startTicks(),
                  started.startedAt(),
                  it.spec().isProbed() ? HealthStatus.STARTING : HealthStatus.NONE));
      case ContainerEvent.StartFailed(int exitCode, String message) ->
          it.with(
              life.startFailed(new Container.Outcome(exitCode, message, false, ExitCause.UNKNOWN)));
      case ContainerEvent.SignalRequested(int signal) -> it.with(signalled(it, signal, actor));
      case ContainerEvent.StopRequested stop -> it.with(stopping(it, stop, actor));
      case ContainerEvent.RestartScheduled scheduled -> it.with(life.restarting(scheduled));
      case ContainerEvent.RestartCancelled _ ->
          it.with(life.in(new Container.Phase.Idle()).with(life.restarts().signalled(true)));
      case ContainerEvent.OutOfMemory _ -> it.with(life.with(life.run().outOfMemorySeen()));
      case ContainerEvent.HealthChanged(HealthStatus status, int _) ->
          it.with(life.with(life.run().with(status)));
      case ContainerEvent.PauseRequested(PauseReason reason) ->
          it.pausing(Optional.of(new Container.Pause(reason, false)));
      case ContainerEvent.Paused _ ->
          it.pausing(it.pause().map(pause -> new Container.Pause(pause.reason(), true)));
      case ContainerEvent.UnpauseRequested _ -> it;
      case ContainerEvent.Unpaused _ -> it.pausing(Optional.empty());
      case ContainerEvent.Stopped _ -> it.with(life.stopping(Optional.empty()));
      case ContainerEvent.Exited exited ->
          it.with(
              life.exited(
                  new Container.Outcome(
                      exited.exitCode(), exited.error(), exited.oomKilled(), exited.cause()),
                  exited.finishedAt()));
      case ContainerEvent.UpdateRequested request -> it.updating(Optional.of(request));
      case ContainerEvent.Updated(Resources resources, RestartPolicy policy) ->
          it.with(it.spec().with(it.spec().host().with(resources, policy)))
              .updating(Optional.empty());
      case ContainerEvent.UpdateFailed _ -> it.updating(Optional.empty());
      case ContainerEvent.Renamed(String _, String newName) -> it.named(newName);
      case ContainerEvent.LinkRemoved(String alias) -> withoutLink(it, alias);
      case ContainerEvent.RemoveRequested request -> it.removing(request);
      case ContainerEvent.Removed _ -> null;
    };
  }

  private static Container withoutLink(Container it, String alias) {
    NameResolution names = it.spec().host().nameResolution();
    List<Link> rest = names.links().stream().filter(link -> !link.alias().equals(alias)).toList();
    return it.with(it.spec().with(it.spec().host().with(names.with(rest))));
  }

  /** A signal that goes with a stop or a removal is part of it. */
  private static Life signalled(Container it, int signal, String actor) {
    Life life = it.life();
    List<SentSignal> before = life.run().signals();
    SentSignal sent =
        it.removal().isPresent()
            ? new SentSignal(signal, "remove", actor)
            : life.stopping().isPresent() && !before.isEmpty()
                ? new SentSignal(signal, before.getLast().call(), before.getLast().actor())
                : new SentSignal(signal, "kill", actor);
    boolean byHand = life.stopping().stream().noneMatch(ContainerEvolution::isOfEngine);
    return life.with(life.run().signalled(sent))
        .with(byHand ? life.restarts().signalled(it.isEndedBy(signal)) : life.restarts());
  }

  private static Life stopping(Container it, ContainerEvent.StopRequested stop, String actor) {
    Life life = it.life().stopping(Optional.of(stop));
    String call =
        switch (stop.purpose()) {
          case STOP -> "stop";
          case RESTART -> "restart";
          case UNHEALTHY -> "health";
        };
    return life.with(life.run().signalled(new SentSignal(stop.signal(), call, actor)))
        .with(isOfEngine(stop) ? life.restarts() : life.restarts().signalled(true));
  }

  private static boolean isOfEngine(ContainerEvent.StopRequested stop) {
    return stop.purpose() == StopPurpose.UNHEALTHY;
  }

  /** Ports of the node are the run's, and stay with it on another network. */
  private static List<NetworkAttachment> left(Container it, String networkId) {
    List<NetworkAttachment> rest = new ArrayList<>(without(it, networkId).toList());
    List<PublishedPort> ports =
        it.networks().stream()
            .filter(on -> on.networkId().equals(networkId))
            .flatMap(on -> on.ports().stream())
            .toList();
    if (!rest.isEmpty() && !ports.isEmpty()) {
      rest.set(0, rest.getFirst().publishing(ports));
    }
    return rest;
  }

  private static Stream<NetworkAttachment> without(Container it, String networkId) {
    List<NetworkAttachment> networks = it.networks();
    return networks.stream().filter(attachment -> !attachment.networkId().equals(networkId));
  }

  private static @Nullable Exec exec(Exec it, ExecEvent change, Event<DomainEvent> event) {
    return switch (change) {
      case ExecEvent.ExecCreated _, ExecEvent.ExecDetached _ -> it;
      case ExecEvent.ExecStartRequested _ -> it.in(new Exec.Phase.Starting());
      case ExecEvent.ExecStarted(int pid, long startTicks) ->
          it.in(new Exec.Phase.Running(pid, startTicks));
      case ExecEvent.ExecStartFailed(int exitCode, String _) ->
          it.in(new Exec.Phase.Ended(exitCode, event.time()));
      case ExecEvent.ExecExited exited ->
          it.in(new Exec.Phase.Ended(exited.exitCode(), exited.finishedAt()));
      case ExecEvent.ExecRemoved _ -> null;
    };
  }
}
