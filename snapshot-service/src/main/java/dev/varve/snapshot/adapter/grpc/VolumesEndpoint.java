package dev.varve.snapshot.adapter.grpc;

import dev.varve.api.snapshot.v1.CreateVolumeRequest;
import dev.varve.api.snapshot.v1.ExportVolumeRequest;
import dev.varve.api.snapshot.v1.ImportVolumeRequest;
import dev.varve.api.snapshot.v1.InspectVolumeRequest;
import dev.varve.api.snapshot.v1.ListSnapshotsRequest;
import dev.varve.api.snapshot.v1.ListSnapshotsResponse;
import dev.varve.api.snapshot.v1.ListVolumesRequest;
import dev.varve.api.snapshot.v1.ListVolumesResponse;
import dev.varve.api.snapshot.v1.PruneVolumesRequest;
import dev.varve.api.snapshot.v1.PruneVolumesResponse;
import dev.varve.api.snapshot.v1.RemoveSnapshotRequest;
import dev.varve.api.snapshot.v1.RemoveSnapshotResponse;
import dev.varve.api.snapshot.v1.RemoveVolumeRequest;
import dev.varve.api.snapshot.v1.RemoveVolumeResponse;
import dev.varve.api.snapshot.v1.RestoreSnapshotRequest;
import dev.varve.api.snapshot.v1.TakeSnapshotRequest;
import dev.varve.api.snapshot.v1.Volume;
import dev.varve.api.snapshot.v1.VolumeArchivePart;
import dev.varve.api.snapshot.v1.VolumeSnapshot;
import dev.varve.api.snapshot.v1.VolumesGrpc;
import dev.varve.api.transport.CallContext;
import dev.varve.api.transport.Inbound;
import dev.varve.api.transport.Outbound;
import dev.varve.api.transport.ReceivedBytes;
import dev.varve.api.transport.SentBytes;
import dev.varve.archive.ArchiveRefusedException;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.snapshot.application.VolumeSelection;
import dev.varve.snapshot.application.VolumeSnapshots;
import dev.varve.snapshot.application.Volumes;
import dev.varve.snapshot.application.Volumes.Listed;
import dev.varve.snapshot.domain.SnapshotState.VolumeKept;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import org.jboss.logging.Logger;

/** Volumes, as calls. What moves bytes is done on a platform thread of its own. */
public final class VolumesEndpoint extends VolumesGrpc.VolumesImplBase {
  private static final Logger LOG = Logger.getLogger(VolumesEndpoint.class);

  /** A deep tree is walked by recursion. */
  private static final long STACK_BYTES = 8L << 20;

  private final Volumes volumes;
  private final VolumeSnapshots snapshots;

  public VolumesEndpoint(Volumes volumes, VolumeSnapshots snapshots) {
    this.volumes = volumes;
    this.snapshots = snapshots;
  }

  @FunctionalInterface
  private interface Work<A> {
    A run(Cause cause) throws IOException, InterruptedException;
  }

  @Override
  public void createVolume(CreateVolumeRequest request, StreamObserver<Volume> responses) {
    answer(
        responses,
        cause ->
            message(
                volumes.create(
                    cause,
                    request.getName(),
                    request.getDriver(),
                    request.getOptionsMap(),
                    request.getLabelsMap())));
  }

  @Override
  public void listVolumes(
      ListVolumesRequest request, StreamObserver<ListVolumesResponse> responses) {
    answer(
        responses,
        cause -> {
          ListVolumesResponse.Builder all = ListVolumesResponse.newBuilder();
          volumes.list(cause, request.getSize()).forEach(it -> all.addVolumes(message(it)));
          return all.build();
        });
  }

  @Override
  public void inspectVolume(InspectVolumeRequest request, StreamObserver<Volume> responses) {
    answer(responses, cause -> message(volumes.inspect(cause, request.getName())));
  }

  @Override
  public void removeVolume(
      RemoveVolumeRequest request, StreamObserver<RemoveVolumeResponse> responses) {
    answer(
        responses,
        cause -> {
          volumes.remove(cause, request.getName(), request.getForce());
          return RemoveVolumeResponse.getDefaultInstance();
        });
  }

  @Override
  public void pruneVolumes(
      PruneVolumesRequest request, StreamObserver<PruneVolumesResponse> responses) {
    answer(
        responses,
        cause -> {
          Volumes.Pruned pruned =
              volumes.prune(
                  cause,
                  new VolumeSelection(
                      request.getAll(), request.getLabelsList(), request.getWithoutLabelsList()));
          return PruneVolumesResponse.newBuilder()
              .addAllNames(pruned.names())
              .setReclaimedBytes(pruned.bytes())
              .build();
        });
  }

  private static Volume message(Listed it) {
    dev.varve.snapshot.domain.Volume volume = it.present().volume();
    Volume.Builder message =
        Volume.newBuilder()
            .setName(volume.name())
            .setDriver(volume.driver())
            .setMountpoint(it.data().toString())
            .setCreatedNanos(nanos(it.present().createdAt()))
            .putAllLabels(volume.labels())
            .putAllOptions(volume.options())
            .addAllContainerIds(it.users())
            .setAnonymous(volume.isAnonymous());
    it.size().ifPresent(message::setSizeBytes);
    return message.build();
  }

  private static long nanos(Instant time) {
    return time.getEpochSecond() * 1_000_000_000L + time.getNano();
  }

  @Override
  public void takeSnapshot(TakeSnapshotRequest request, StreamObserver<VolumeSnapshot> responses) {
    Outbound<VolumeSnapshot> out = new Outbound<>(responses);
    start(
        out,
        cause ->
            out.deliver(message(snapshots.take(cause, request.getVolume(), request.getComment()))));
  }

  @Override
  public void listSnapshots(
      ListSnapshotsRequest request, StreamObserver<ListSnapshotsResponse> responses) {
    answer(
        responses,
        _ -> {
          ListSnapshotsResponse.Builder all = ListSnapshotsResponse.newBuilder();
          snapshots.list(request.getVolume()).forEach(it -> all.addSnapshots(message(it)));
          return all.build();
        });
  }

  private static VolumeSnapshot message(VolumeKept it) {
    return VolumeSnapshot.newBuilder()
        .setId(it.id())
        .setVolume(it.volume())
        .setComment(it.comment())
        .setTakenNanos(it.takenAt().map(VolumesEndpoint::nanos).orElse(0L))
        .setSizeBytes(it.sizeBytes())
        .setDigest(it.digest())
        .build();
  }

  @Override
  public void removeSnapshot(
      RemoveSnapshotRequest request, StreamObserver<RemoveSnapshotResponse> responses) {
    answer(
        responses,
        cause -> {
          snapshots.remove(cause, request.getId());
          return RemoveSnapshotResponse.getDefaultInstance();
        });
  }

  @Override
  public void restoreSnapshot(RestoreSnapshotRequest request, StreamObserver<Volume> responses) {
    Outbound<Volume> out = new Outbound<>(responses);
    start(
        out,
        cause -> {
          String name = snapshots.restore(cause, request.getId(), request.getVolume());
          out.deliver(message(volumes.inspect(cause, name)));
        });
  }

  @Override
  public void exportVolume(
      ExportVolumeRequest request, StreamObserver<VolumeArchivePart> responses) {
    Outbound<VolumeArchivePart> out = new Outbound<>(responses);
    start(
        out,
        _ -> {
          try (OutputStream tar =
              new SentBytes<>(
                  out, bytes -> VolumeArchivePart.newBuilder().setData(bytes).build())) {
            if (request.getSnapshotId().isEmpty()) {
              snapshots.export(request.getVolume(), tar);
            } else {
              snapshots.exportSnapshot(request.getSnapshotId(), tar);
            }
          }
        });
  }

  @Override
  public StreamObserver<ImportVolumeRequest> importVolume(StreamObserver<Volume> responses) {
    Inbound<ImportVolumeRequest> inbound = new Inbound<>(responses);
    Outbound<Volume> out = new Outbound<>(responses);
    start(
        out,
        cause -> {
          ImportVolumeRequest first = inbound.next();
          if (first == null || !first.hasTarget()) {
            throw new Problem(Problem.Code.INVALID, "the first message names no volume")
                .asException();
          }
          String name = first.getTarget().getVolume();
          snapshots.importArchive(
              cause, name, ReceivedBytes.from(inbound, ImportVolumeRequest::getData));
          out.deliver(message(volumes.inspect(cause, name)));
        });
    return inbound;
  }

  private static Cause cause() {
    CallContext call = CallContext.current();
    return new Cause(call.actor(), call.causationId(), call.correlationId());
  }

  private static <A> void answer(StreamObserver<A> responses, Work<A> work) {
    A answer;
    try {
      answer = work.run(cause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      responses.onError(Status.UNAVAILABLE.asRuntimeException());
      return;
    } catch (IOException | RuntimeException e) {
      responses.onError(status(e).asRuntimeException());
      return;
    }
    responses.onNext(answer);
    responses.onCompleted();
  }

  @FunctionalInterface
  private interface Moving {
    void run(Cause cause) throws IOException, InterruptedException;
  }

  private static void start(Outbound<?> out, Moving moving) {
    Cause cause = cause();
    Runnable work =
        () -> {
          try {
            moving.run(cause);
            out.complete();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (IOException | RuntimeException e) {
            out.fail(status(e));
          }
        };
    Thread thread = new Thread(null, work, "snapshot-volume", STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
  }

  private static Status status(Exception failure) {
    return switch (failure) {
      case ProblemException refusal -> FilesEndpoint.status(refusal.problem());
      case ArchiveRefusedException e ->
          Status.INVALID_ARGUMENT.withDescription(String.valueOf(e.getMessage()));
      case LogUnavailableException e ->
          Status.UNAVAILABLE.withDescription(String.valueOf(e.getMessage()));
      default -> {
        LOG.error("a call about volumes failed", failure);
        yield Status.INTERNAL.withDescription(String.valueOf(failure.getMessage()));
      }
    };
  }
}
