package dev.varve.container.domain;

import dev.varve.eventlog.Event;
import dev.varve.eventlog.Evolution;
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
      case ContainerEvent change -> state instanceof Container it ? container(it, change) : state;
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
      case NodeEvent.NodeStarted(String bootId, String version) ->
          new Node(event.subject().id(), bootId, version);
      case PruneEvent.Pruned _, PruneEvent.NetworksPruned _ -> null;
    };
  }

  private static @Nullable Container container(Container it, ContainerEvent event) {
    return switch (event) {
      case ContainerEvent.Created _,
          ContainerEvent.Attached _,
          ContainerEvent.Detached _,
          ContainerEvent.SignalRequested _,
          ContainerEvent.Exported _,
          ContainerEvent.Resized _,
          ContainerEvent.RootFilesystemMissing _ ->
          it;
      case ContainerEvent.StartRequested _ -> it.starting();
      case ContainerEvent.NetworkConnected(NetworkAttachment attachment) ->
          it.on(Stream.concat(without(it, attachment.networkId()), Stream.of(attachment)).toList());
      case ContainerEvent.NetworkDisconnected(String _, String networkId) ->
          it.on(without(it, networkId).toList());
      case ContainerEvent.Started started ->
          it.running(started.pid(), started.startTicks(), started.startedAt());
      case ContainerEvent.StartFailed(int exitCode, String message) ->
          it.startFailed(new Container.Outcome(exitCode, message, false));
      case ContainerEvent.StopRequested stop -> it.stopping(Optional.of(stop));
      case ContainerEvent.PauseRequested(PauseReason reason) ->
          it.pausing(Optional.of(new Container.Pause(reason, false)));
      case ContainerEvent.Paused _ ->
          it.pausing(it.pause().map(pause -> new Container.Pause(pause.reason(), true)));
      case ContainerEvent.UnpauseRequested _ -> it;
      case ContainerEvent.Unpaused _ -> it.pausing(Optional.empty());
      case ContainerEvent.Stopped _ -> it.stopping(Optional.empty());
      case ContainerEvent.Exited exited ->
          it.exited(
              new Container.Outcome(exited.exitCode(), exited.error(), exited.oomKilled()),
              exited.finishedAt());
      case ContainerEvent.Renamed(String _, String newName) -> it.named(newName);
      case ContainerEvent.RemoveRequested request -> it.removing(request);
      case ContainerEvent.Removed _ -> null;
    };
  }

  private static Stream<NetworkAttachment> without(Container it, String networkId) {
    List<NetworkAttachment> networks = it.networks();
    return networks.stream().filter(attachment -> !attachment.networkId().equals(networkId));
  }

  private static @Nullable Exec exec(Exec it, ExecEvent change, Event<DomainEvent> event) {
    return switch (change) {
      case ExecEvent.ExecCreated _ -> it;
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
