package dev.varve.container.adapter.codec;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.varve.container.contract.HostMessages;
import dev.varve.container.contract.ResourceMessages;
import dev.varve.container.domain.BuildRunEvent;
import dev.varve.container.domain.ContainerEvent;
import dev.varve.container.domain.DomainEvent;
import dev.varve.container.domain.EndpointsEvent;
import dev.varve.container.domain.ExecEvent;
import dev.varve.container.domain.LeaseEvent;
import dev.varve.container.domain.NameEvent;
import dev.varve.container.domain.NetworkEvent;
import dev.varve.container.domain.NodeEvent;
import dev.varve.container.domain.PruneEvent;
import dev.varve.container.domain.StartReason;
import dev.varve.events.container.v1.ArchiveExtracted;
import dev.varve.events.container.v1.ArchiveRead;
import dev.varve.events.container.v1.Attached;
import dev.varve.events.container.v1.BuildRunRefused;
import dev.varve.events.container.v1.Created;
import dev.varve.events.container.v1.Detached;
import dev.varve.events.container.v1.ExecCreated;
import dev.varve.events.container.v1.ExecDetached;
import dev.varve.events.container.v1.ExecExited;
import dev.varve.events.container.v1.ExecRemoved;
import dev.varve.events.container.v1.ExecStartFailed;
import dev.varve.events.container.v1.ExecStartRequested;
import dev.varve.events.container.v1.ExecStarted;
import dev.varve.events.container.v1.Exited;
import dev.varve.events.container.v1.Exported;
import dev.varve.events.container.v1.LinkRemoved;
import dev.varve.events.container.v1.NameClaimed;
import dev.varve.events.container.v1.NameReleased;
import dev.varve.events.container.v1.NetworkConnected;
import dev.varve.events.container.v1.NetworkDisconnected;
import dev.varve.events.container.v1.NetworksPruned;
import dev.varve.events.container.v1.NodeStarted;
import dev.varve.events.container.v1.OutOfMemory;
import dev.varve.events.container.v1.PauseReason;
import dev.varve.events.container.v1.PauseRequested;
import dev.varve.events.container.v1.Paused;
import dev.varve.events.container.v1.ProcessesListed;
import dev.varve.events.container.v1.Pruned;
import dev.varve.events.container.v1.RemoveRequested;
import dev.varve.events.container.v1.Removed;
import dev.varve.events.container.v1.Renamed;
import dev.varve.events.container.v1.Resized;
import dev.varve.events.container.v1.RestartCancelled;
import dev.varve.events.container.v1.RootFilesystemMissing;
import dev.varve.events.container.v1.SignalRequested;
import dev.varve.events.container.v1.StartFailed;
import dev.varve.events.container.v1.StartRequested;
import dev.varve.events.container.v1.Started;
import dev.varve.events.container.v1.StopRequested;
import dev.varve.events.container.v1.Stopped;
import dev.varve.events.container.v1.UnpauseRequested;
import dev.varve.events.container.v1.Unpaused;
import dev.varve.events.container.v1.UpdateFailed;
import dev.varve.events.container.v1.UpdateRequested;
import dev.varve.events.container.v1.Updated;
import java.time.Instant;

/** Events of this service as messages of its topic's contract. */
final class EventWriter {
  private final SealedEnv env;
  private final SpecMessages specs;

  EventWriter(SealedEnv env, SpecMessages specs) {
    this.env = env;
    this.specs = specs;
  }

  Message write(DomainEvent event) {
    return switch (event) {
      case ContainerEvent it -> container(it);
      case ExecEvent it -> exec(it);
      case NameEvent.NameClaimed(String name, String containerId) ->
          NameClaimed.newBuilder().setName(name).setContainerId(containerId).build();
      case NameEvent.NameReleased(String name, String containerId) ->
          NameReleased.newBuilder().setName(name).setContainerId(containerId).build();
      case NetworkEvent it -> NetworkMessages.write(it);
      case EndpointsEvent it -> NetworkMessages.write(it);
      case LeaseEvent it -> LeaseMessages.write(it);
      case NodeEvent.NodeStarted(String bootId, String version) ->
          NodeStarted.newBuilder().setBootId(bootId).setVersion(version).build();
      case PruneEvent.Pruned(long bytes) -> Pruned.newBuilder().setReclaimedBytes(bytes).build();
      case PruneEvent.NetworksPruned _ -> NetworksPruned.getDefaultInstance();
      case BuildRunEvent.BuildRunRefused(String message) ->
          BuildRunRefused.newBuilder().setMessage(message).build();
    };
  }

  private Message container(ContainerEvent event) {
    return switch (event) {
      case ContainerEvent.Created it ->
          Created.newBuilder()
              .setContainerId(it.containerId())
              .setName(it.name())
              .setSpec(specs.write(it.spec()))
              .setNode(it.node())
              .setEpoch(it.epoch())
              .build();
      case ContainerEvent.StartRequested(StartReason reason) ->
          StartRequested.newBuilder().setReason(LifeMessages.write(reason)).build();
      case ContainerEvent.RestartScheduled it -> LifeMessages.write(it);
      case ContainerEvent.RestartCancelled _ -> RestartCancelled.getDefaultInstance();
      case ContainerEvent.OutOfMemory _ -> OutOfMemory.getDefaultInstance();
      case ContainerEvent.HealthChanged it -> LifeMessages.write(it);
      case ContainerEvent.Attached _ -> Attached.getDefaultInstance();
      case ContainerEvent.Detached _ -> Detached.getDefaultInstance();
      case ContainerEvent.NetworkConnected it ->
          NetworkConnected.newBuilder()
              .setAttachment(NetworkMessages.write(it.attachment()))
              .build();
      case ContainerEvent.NetworkDisconnected it ->
          NetworkDisconnected.newBuilder()
              .setNetwork(it.network())
              .setNetworkId(it.networkId())
              .build();
      case ContainerEvent.Started it ->
          Started.newBuilder()
              .setPid(it.pid())
              .setStartedAt(timestamp(it.startedAt()))
              .setPidStartTicks(it.startTicks())
              .build();
      case ContainerEvent.StartFailed it ->
          StartFailed.newBuilder().setExitCode(it.exitCode()).setMessage(it.message()).build();
      case ContainerEvent.SignalRequested it ->
          SignalRequested.newBuilder().setSignal(it.signal()).build();
      case ContainerEvent.StopRequested it ->
          StopRequested.newBuilder()
              .setSignal(it.signal())
              .setTimeoutSeconds(it.timeoutSeconds())
              .setPurpose(LifeMessages.write(it.purpose()))
              .build();
      case ContainerEvent.Stopped _ -> Stopped.getDefaultInstance();
      case ContainerEvent.PauseRequested it ->
          PauseRequested.newBuilder()
              .setReason(
                  switch (it.reason()) {
                    case USER -> PauseReason.PAUSE_REASON_USER;
                    case COMMIT -> PauseReason.PAUSE_REASON_COMMIT;
                  })
              .build();
      case ContainerEvent.Paused _ -> Paused.getDefaultInstance();
      case ContainerEvent.UnpauseRequested _ -> UnpauseRequested.getDefaultInstance();
      case ContainerEvent.Unpaused _ -> Unpaused.getDefaultInstance();
      case ContainerEvent.Exited it ->
          Exited.newBuilder()
              .setExitCode(it.exitCode())
              .setFinishedAt(timestamp(it.finishedAt()))
              .setOomKilled(it.oomKilled())
              .setError(it.error())
              .setCause(LifeMessages.write(it.cause()))
              .build();
      case ContainerEvent.Exported _ -> Exported.getDefaultInstance();
      case ContainerEvent.ArchiveRead(String path) ->
          ArchiveRead.newBuilder().setPath(path).build();
      case ContainerEvent.ArchiveExtracted(String path) ->
          ArchiveExtracted.newBuilder().setPath(path).build();
      case ContainerEvent.ProcessesListed _ -> ProcessesListed.getDefaultInstance();
      case ContainerEvent.Renamed it ->
          Renamed.newBuilder().setOldName(it.oldName()).setNewName(it.newName()).build();
      case ContainerEvent.UpdateRequested it ->
          UpdateRequested.newBuilder()
              .setResources(ResourceMessages.write(it.resources()))
              .setRestartPolicy(HostMessages.write(it.restartPolicy()))
              .build();
      case ContainerEvent.Updated it ->
          Updated.newBuilder()
              .setResources(ResourceMessages.write(it.resources()))
              .setRestartPolicy(HostMessages.write(it.restartPolicy()))
              .build();
      case ContainerEvent.UpdateFailed it ->
          UpdateFailed.newBuilder().setMessage(it.message()).build();
      case ContainerEvent.LinkRemoved it -> LinkRemoved.newBuilder().setAlias(it.alias()).build();
      case ContainerEvent.Resized it ->
          Resized.newBuilder().setHeight(it.height()).setWidth(it.width()).build();
      case ContainerEvent.RootFilesystemMissing it ->
          RootFilesystemMissing.newBuilder().setRootPath(it.rootPath()).build();
      case ContainerEvent.RemoveRequested it ->
          RemoveRequested.newBuilder().setForce(it.force()).setVolumes(it.volumes()).build();
      case ContainerEvent.Removed _ -> Removed.getDefaultInstance();
    };
  }

  private Message exec(ExecEvent event) {
    return switch (event) {
      case ExecEvent.ExecCreated it ->
          ExecCreated.newBuilder()
              .setExecId(it.execId())
              .setContainerId(it.containerId())
              .addAllCmd(it.spec().cmd())
              .setEnv(env.seal(it.spec().env()))
              .setWorkingDir(it.spec().workingDir())
              .setUser(it.spec().user())
              .setTty(it.spec().tty())
              .setAttachStdin(it.spec().attachStdin())
              .setAttachStdout(it.spec().attachStdout())
              .setAttachStderr(it.spec().attachStderr())
              .setPrivileged(it.spec().privileged())
              .setDetachKeys(it.spec().detachKeys())
              .build();
      case ExecEvent.ExecStartRequested it ->
          ExecStartRequested.newBuilder().setDetach(it.detach()).build();
      case ExecEvent.ExecStarted it ->
          ExecStarted.newBuilder().setPid(it.pid()).setPidStartTicks(it.startTicks()).build();
      case ExecEvent.ExecDetached _ -> ExecDetached.getDefaultInstance();
      case ExecEvent.ExecStartFailed it ->
          ExecStartFailed.newBuilder().setExitCode(it.exitCode()).setMessage(it.message()).build();
      case ExecEvent.ExecExited it ->
          ExecExited.newBuilder()
              .setExitCode(it.exitCode())
              .setFinishedAt(timestamp(it.finishedAt()))
              .build();
      case ExecEvent.ExecRemoved _ -> ExecRemoved.getDefaultInstance();
    };
  }

  static Timestamp timestamp(Instant at) {
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }
}
