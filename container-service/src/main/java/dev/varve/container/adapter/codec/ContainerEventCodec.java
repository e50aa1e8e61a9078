package dev.varve.container.adapter.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.varve.container.application.Sealing;
import dev.varve.container.contract.EndpointMessages;
import dev.varve.container.contract.HostMessages;
import dev.varve.container.contract.ResourceMessages;
import dev.varve.container.domain.BuildRunEvent;
import dev.varve.container.domain.ContainerEvent;
import dev.varve.container.domain.DomainEvent;
import dev.varve.container.domain.EndpointsEvent;
import dev.varve.container.domain.ExecEvent;
import dev.varve.container.domain.ExecSpec;
import dev.varve.container.domain.NameEvent;
import dev.varve.container.domain.NetworkEvent;
import dev.varve.container.domain.NodeEvent;
import dev.varve.container.domain.PauseReason;
import dev.varve.container.domain.PruneEvent;
import dev.varve.eventlog.EventCodec;
import dev.varve.events.container.v1.ArchiveExtracted;
import dev.varve.events.container.v1.ArchiveRead;
import dev.varve.events.container.v1.Attached;
import dev.varve.events.container.v1.BuildRunRefused;
import dev.varve.events.container.v1.Created;
import dev.varve.events.container.v1.Detached;
import dev.varve.events.container.v1.EndpointsChanged;
import dev.varve.events.container.v1.EndpointsForgotten;
import dev.varve.events.container.v1.ExecCreated;
import dev.varve.events.container.v1.ExecDetached;
import dev.varve.events.container.v1.ExecExited;
import dev.varve.events.container.v1.ExecRemoved;
import dev.varve.events.container.v1.ExecStartFailed;
import dev.varve.events.container.v1.ExecStartRequested;
import dev.varve.events.container.v1.ExecStarted;
import dev.varve.events.container.v1.Exited;
import dev.varve.events.container.v1.Exported;
import dev.varve.events.container.v1.HealthChanged;
import dev.varve.events.container.v1.LeaseEnded;
import dev.varve.events.container.v1.LeaseOpened;
import dev.varve.events.container.v1.LinkRemoved;
import dev.varve.events.container.v1.NameClaimed;
import dev.varve.events.container.v1.NameReleased;
import dev.varve.events.container.v1.NetworkConnected;
import dev.varve.events.container.v1.NetworkCreated;
import dev.varve.events.container.v1.NetworkDisconnected;
import dev.varve.events.container.v1.NetworkNameClaimed;
import dev.varve.events.container.v1.NetworkNameReleased;
import dev.varve.events.container.v1.NetworkRemoved;
import dev.varve.events.container.v1.NetworksPruned;
import dev.varve.events.container.v1.NodeStarted;
import dev.varve.events.container.v1.OutOfMemory;
import dev.varve.events.container.v1.PauseRequested;
import dev.varve.events.container.v1.Paused;
import dev.varve.events.container.v1.ProcessesListed;
import dev.varve.events.container.v1.Pruned;
import dev.varve.events.container.v1.RemoveRequested;
import dev.varve.events.container.v1.Removed;
import dev.varve.events.container.v1.Renamed;
import dev.varve.events.container.v1.Resized;
import dev.varve.events.container.v1.RestartCancelled;
import dev.varve.events.container.v1.RestartScheduled;
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
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Events of this service's topic, as protobuf. */
public final class ContainerEventCodec implements EventCodec<DomainEvent> {
  private static final String PREFIX = "dev.varve.container.v1.";

  private interface Reader {
    DomainEvent read(byte[] data) throws InvalidProtocolBufferException;
  }

  private final Map<String, Reader> readers = new HashMap<>();
  private final EventWriter writer;
  private final SpecMessages specs;
  private final SealedEnv env;

  public ContainerEventCodec(Sealing sealing) {
    this.env = new SealedEnv(sealing);
    this.specs = new SpecMessages(env);
    this.writer = new EventWriter(env, specs);
    readContainers();
    readExecs();
    readOthers();
    readNetworks();
  }

  @Override
  public String typeOf(DomainEvent event) {
    return PREFIX + event.getClass().getSimpleName();
  }

  @Override
  public byte[] encode(DomainEvent event) {
    return writer.write(event).toByteArray();
  }

  @Override
  public @Nullable DomainEvent decode(String type, byte[] data) {
    Reader reader = readers.get(type);
    if (reader == null) {
      return null;
    }
    try {
      return reader.read(data);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not a " + type + ": " + e.getMessage(), e);
    }
  }

  private void on(Message example, Reader reader) {
    readers.put(PREFIX + example.getDescriptorForType().getName(), reader);
  }

  private void readContainers() {
    on(Created.getDefaultInstance(), data -> created(Created.parseFrom(data)));
    on(
        StartRequested.getDefaultInstance(),
        data ->
            new ContainerEvent.StartRequested(
                LifeMessages.read(StartRequested.parseFrom(data).getReason())));
    on(
        RestartScheduled.getDefaultInstance(),
        data -> LifeMessages.read(RestartScheduled.parseFrom(data)));
    on(RestartCancelled.getDefaultInstance(), _ -> new ContainerEvent.RestartCancelled());
    on(OutOfMemory.getDefaultInstance(), _ -> new ContainerEvent.OutOfMemory());
    on(
        HealthChanged.getDefaultInstance(),
        data -> LifeMessages.read(HealthChanged.parseFrom(data)));
    on(Attached.getDefaultInstance(), _ -> new ContainerEvent.Attached());
    on(Detached.getDefaultInstance(), _ -> new ContainerEvent.Detached());
    on(
        NetworkConnected.getDefaultInstance(),
        data ->
            new ContainerEvent.NetworkConnected(
                NetworkMessages.read(NetworkConnected.parseFrom(data).getAttachment())));
    on(
        NetworkDisconnected.getDefaultInstance(),
        data -> {
          NetworkDisconnected it = NetworkDisconnected.parseFrom(data);
          return new ContainerEvent.NetworkDisconnected(it.getNetwork(), it.getNetworkId());
        });
    on(
        Started.getDefaultInstance(),
        data -> {
          Started it = Started.parseFrom(data);
          return new ContainerEvent.Started(
              (int) it.getPid(), instant(it.getStartedAt()), it.getPidStartTicks());
        });
    on(
        StartFailed.getDefaultInstance(),
        data -> {
          StartFailed it = StartFailed.parseFrom(data);
          return new ContainerEvent.StartFailed(it.getExitCode(), it.getMessage());
        });
    on(
        SignalRequested.getDefaultInstance(),
        data -> new ContainerEvent.SignalRequested(SignalRequested.parseFrom(data).getSignal()));
    on(
        StopRequested.getDefaultInstance(),
        data -> {
          StopRequested it = StopRequested.parseFrom(data);
          return new ContainerEvent.StopRequested(
              it.getSignal(), it.getTimeoutSeconds(), LifeMessages.read(it.getPurpose()));
        });
    on(Stopped.getDefaultInstance(), _ -> new ContainerEvent.Stopped());
    on(
        PauseRequested.getDefaultInstance(),
        data ->
            new ContainerEvent.PauseRequested(
                switch (PauseRequested.parseFrom(data).getReason()) {
                  case PAUSE_REASON_COMMIT -> PauseReason.COMMIT;
                  case PAUSE_REASON_USER, PAUSE_REASON_UNSPECIFIED, UNRECOGNIZED ->
                      PauseReason.USER;
                }));
    on(Paused.getDefaultInstance(), _ -> new ContainerEvent.Paused());
    on(UnpauseRequested.getDefaultInstance(), _ -> new ContainerEvent.UnpauseRequested());
    on(Unpaused.getDefaultInstance(), _ -> new ContainerEvent.Unpaused());
    on(
        Exited.getDefaultInstance(),
        data -> {
          Exited it = Exited.parseFrom(data);
          return new ContainerEvent.Exited(
              it.getExitCode(),
              instant(it.getFinishedAt()),
              it.getOomKilled(),
              it.getError(),
              LifeMessages.read(it.getCause()));
        });
    on(ProcessesListed.getDefaultInstance(), _ -> new ContainerEvent.ProcessesListed());
    on(Exported.getDefaultInstance(), _ -> new ContainerEvent.Exported());
    on(
        ArchiveRead.getDefaultInstance(),
        data -> new ContainerEvent.ArchiveRead(ArchiveRead.parseFrom(data).getPath()));
    on(
        ArchiveExtracted.getDefaultInstance(),
        data -> new ContainerEvent.ArchiveExtracted(ArchiveExtracted.parseFrom(data).getPath()));
    on(
        Renamed.getDefaultInstance(),
        data -> {
          Renamed it = Renamed.parseFrom(data);
          return new ContainerEvent.Renamed(it.getOldName(), it.getNewName());
        });
    on(
        UpdateRequested.getDefaultInstance(),
        data -> {
          UpdateRequested it = UpdateRequested.parseFrom(data);
          return new ContainerEvent.UpdateRequested(
              ResourceMessages.read(it.getResources()), HostMessages.read(it.getRestartPolicy()));
        });
    on(
        Updated.getDefaultInstance(),
        data -> {
          Updated it = Updated.parseFrom(data);
          return new ContainerEvent.Updated(
              ResourceMessages.read(it.getResources()), HostMessages.read(it.getRestartPolicy()));
        });
    on(
        UpdateFailed.getDefaultInstance(),
        data -> new ContainerEvent.UpdateFailed(UpdateFailed.parseFrom(data).getMessage()));
    on(
        LinkRemoved.getDefaultInstance(),
        data -> new ContainerEvent.LinkRemoved(LinkRemoved.parseFrom(data).getAlias()));
    on(
        Resized.getDefaultInstance(),
        data -> {
          Resized it = Resized.parseFrom(data);
          return new ContainerEvent.Resized(it.getHeight(), it.getWidth());
        });
    on(
        RootFilesystemMissing.getDefaultInstance(),
        data ->
            new ContainerEvent.RootFilesystemMissing(
                RootFilesystemMissing.parseFrom(data).getRootPath()));
    on(
        RemoveRequested.getDefaultInstance(),
        data -> {
          RemoveRequested it = RemoveRequested.parseFrom(data);
          return new ContainerEvent.RemoveRequested(it.getForce(), it.getVolumes());
        });
    on(Removed.getDefaultInstance(), _ -> new ContainerEvent.Removed());
  }

  private void readExecs() {
    on(ExecCreated.getDefaultInstance(), data -> execCreated(ExecCreated.parseFrom(data)));
    on(
        ExecStartRequested.getDefaultInstance(),
        data -> new ExecEvent.ExecStartRequested(ExecStartRequested.parseFrom(data).getDetach()));
    on(
        ExecStarted.getDefaultInstance(),
        data -> {
          ExecStarted it = ExecStarted.parseFrom(data);
          return new ExecEvent.ExecStarted((int) it.getPid(), it.getPidStartTicks());
        });
    on(
        ExecStartFailed.getDefaultInstance(),
        data -> {
          ExecStartFailed it = ExecStartFailed.parseFrom(data);
          return new ExecEvent.ExecStartFailed(it.getExitCode(), it.getMessage());
        });
    on(
        ExecExited.getDefaultInstance(),
        data -> {
          ExecExited it = ExecExited.parseFrom(data);
          return new ExecEvent.ExecExited(it.getExitCode(), instant(it.getFinishedAt()));
        });
    on(ExecDetached.getDefaultInstance(), _ -> new ExecEvent.ExecDetached());
    on(ExecRemoved.getDefaultInstance(), _ -> new ExecEvent.ExecRemoved());
  }

  private void readOthers() {
    on(
        NameClaimed.getDefaultInstance(),
        data -> {
          NameClaimed it = NameClaimed.parseFrom(data);
          return new NameEvent.NameClaimed(it.getName(), it.getContainerId());
        });
    on(
        NameReleased.getDefaultInstance(),
        data -> {
          NameReleased it = NameReleased.parseFrom(data);
          return new NameEvent.NameReleased(it.getName(), it.getContainerId());
        });
    on(LeaseOpened.getDefaultInstance(), data -> LeaseMessages.read(LeaseOpened.parseFrom(data)));
    on(LeaseEnded.getDefaultInstance(), data -> LeaseMessages.read(LeaseEnded.parseFrom(data)));
    on(NetworksPruned.getDefaultInstance(), _ -> new PruneEvent.NetworksPruned());
    on(
        BuildRunRefused.getDefaultInstance(),
        data -> new BuildRunEvent.BuildRunRefused(BuildRunRefused.parseFrom(data).getMessage()));
    on(
        Pruned.getDefaultInstance(),
        data -> new PruneEvent.Pruned(Pruned.parseFrom(data).getReclaimedBytes()));
    on(
        NodeStarted.getDefaultInstance(),
        data -> {
          NodeStarted it = NodeStarted.parseFrom(data);
          return new NodeEvent.NodeStarted(it.getBootId(), it.getVersion());
        });
  }

  private void readNetworks() {
    on(
        NetworkCreated.getDefaultInstance(),
        data -> NetworkMessages.read(NetworkCreated.parseFrom(data)));
    on(
        NetworkRemoved.getDefaultInstance(),
        data -> {
          NetworkRemoved it = NetworkRemoved.parseFrom(data);
          return new NetworkEvent.NetworkRemoved(it.getNetworkId(), it.getName());
        });
    on(
        NetworkNameClaimed.getDefaultInstance(),
        data -> {
          NetworkNameClaimed it = NetworkNameClaimed.parseFrom(data);
          return new NetworkEvent.NetworkNameClaimed(it.getName(), it.getNetworkId());
        });
    on(
        NetworkNameReleased.getDefaultInstance(),
        data -> {
          NetworkNameReleased it = NetworkNameReleased.parseFrom(data);
          return new NetworkEvent.NetworkNameReleased(it.getName(), it.getNetworkId());
        });
    on(
        EndpointsChanged.getDefaultInstance(),
        data -> {
          EndpointsChanged it = EndpointsChanged.parseFrom(data);
          return new EndpointsEvent.EndpointsChanged(
              it.getContainerId(), EndpointMessages.read(it.getEndpointsList()));
        });
    on(
        EndpointsForgotten.getDefaultInstance(),
        data ->
            new EndpointsEvent.EndpointsForgotten(
                EndpointsForgotten.parseFrom(data).getContainerId()));
  }

  private ContainerEvent created(Created it) {
    return new ContainerEvent.Created(
        it.getContainerId(), it.getName(), specs.read(it.getSpec()), it.getNode(), it.getEpoch());
  }

  private ExecEvent execCreated(ExecCreated it) {
    return new ExecEvent.ExecCreated(
        it.getExecId(),
        it.getContainerId(),
        new ExecSpec(
            it.getCmdList(),
            env.open(it.getEnv()),
            it.getWorkingDir(),
            it.getUser(),
            it.getTty(),
            it.getAttachStdin(),
            it.getAttachStdout(),
            it.getAttachStderr(),
            it.getPrivileged(),
            it.getDetachKeys()));
  }

  private static Instant instant(Timestamp at) {
    return Instant.ofEpochSecond(at.getSeconds(), at.getNanos());
  }
}
