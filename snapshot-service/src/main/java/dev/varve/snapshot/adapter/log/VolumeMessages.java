package dev.varve.snapshot.adapter.log;

import com.google.protobuf.Message;
import dev.varve.events.snapshot.v1.VolumeCreated;
import dev.varve.events.snapshot.v1.VolumeFillFailed;
import dev.varve.events.snapshot.v1.VolumeFillRequested;
import dev.varve.events.snapshot.v1.VolumeFilled;
import dev.varve.events.snapshot.v1.VolumeRemoveRequested;
import dev.varve.events.snapshot.v1.VolumeRemoved;
import dev.varve.events.snapshot.v1.VolumeSnapshotFailed;
import dev.varve.events.snapshot.v1.VolumeSnapshotRemoved;
import dev.varve.events.snapshot.v1.VolumeSnapshotRequested;
import dev.varve.events.snapshot.v1.VolumeSnapshotTaken;
import dev.varve.events.snapshot.v1.VolumesPruned;
import dev.varve.snapshot.domain.SnapshotEvent;
import dev.varve.snapshot.domain.Volume;
import org.jspecify.annotations.Nullable;

/** Events of volumes and of their snapshots as they stand in the log. */
final class VolumeMessages {
  private VolumeMessages() {}

  static Message write(SnapshotEvent event) {
    return switch (event) {
      case SnapshotEvent.VolumeCreated(Volume it) ->
          VolumeCreated.newBuilder()
              .setName(it.name())
              .setDriver(it.driver())
              .putAllLabels(it.labels())
              .putAllOptions(it.options())
              .setAnonymousOf(it.anonymousOf())
              .build();
      case SnapshotEvent.VolumeRemoveRequested(String name) ->
          VolumeRemoveRequested.newBuilder().setName(name).build();
      case SnapshotEvent.VolumeRemoved(String name) ->
          VolumeRemoved.newBuilder().setName(name).build();
      case SnapshotEvent.VolumesPruned(long bytes) ->
          VolumesPruned.newBuilder().setReclaimedBytes(bytes).build();
      case SnapshotEvent.VolumeFillRequested it ->
          VolumeFillRequested.newBuilder()
              .setName(it.name())
              .setSnapshotId(it.snapshotId())
              .build();
      case SnapshotEvent.VolumeFilled it ->
          VolumeFilled.newBuilder()
              .setName(it.name())
              .setSnapshotId(it.snapshotId())
              .setSizeBytes(it.sizeBytes())
              .build();
      case SnapshotEvent.VolumeFillFailed it ->
          VolumeFillFailed.newBuilder().setName(it.name()).setMessage(it.message()).build();
      case SnapshotEvent.VolumeSnapshotRequested it ->
          VolumeSnapshotRequested.newBuilder()
              .setId(it.id())
              .setVolume(it.volume())
              .setComment(it.comment())
              .build();
      case SnapshotEvent.VolumeSnapshotTaken it ->
          VolumeSnapshotTaken.newBuilder()
              .setId(it.id())
              .setVolume(it.volume())
              .setSizeBytes(it.sizeBytes())
              .setDigest(it.digest())
              .build();
      case SnapshotEvent.VolumeSnapshotFailed it ->
          VolumeSnapshotFailed.newBuilder().setId(it.id()).setMessage(it.message()).build();
      case SnapshotEvent.VolumeSnapshotRemoved(String id) ->
          VolumeSnapshotRemoved.newBuilder().setId(id).build();
      case SnapshotEvent.LayerApplied _,
          SnapshotEvent.LayerApplyFailed _,
          SnapshotEvent.LayerDropped _,
          SnapshotEvent.Prepared _,
          SnapshotEvent.PrepareFailed _,
          SnapshotEvent.Removed _ ->
          throw new IllegalArgumentException("not of a volume: " + event);
    };
  }

  /** Null for a type that is not known. */
  static @Nullable SnapshotEvent read(String type, byte[] data) {
    return switch (type) {
      case "VolumeCreated" -> {
        VolumeCreated it = Payloads.parse(VolumeCreated.parser(), data);
        yield new SnapshotEvent.VolumeCreated(
            new Volume(
                it.getName(),
                it.getDriver(),
                it.getLabelsMap(),
                it.getOptionsMap(),
                it.getAnonymousOf()));
      }
      case "VolumeRemoveRequested" ->
          new SnapshotEvent.VolumeRemoveRequested(
              Payloads.parse(VolumeRemoveRequested.parser(), data).getName());
      case "VolumeRemoved" ->
          new SnapshotEvent.VolumeRemoved(Payloads.parse(VolumeRemoved.parser(), data).getName());
      case "VolumesPruned" ->
          new SnapshotEvent.VolumesPruned(
              Payloads.parse(VolumesPruned.parser(), data).getReclaimedBytes());
      case "VolumeFillRequested" -> {
        VolumeFillRequested it = Payloads.parse(VolumeFillRequested.parser(), data);
        yield new SnapshotEvent.VolumeFillRequested(it.getName(), it.getSnapshotId());
      }
      case "VolumeFilled" -> {
        VolumeFilled it = Payloads.parse(VolumeFilled.parser(), data);
        yield new SnapshotEvent.VolumeFilled(it.getName(), it.getSnapshotId(), it.getSizeBytes());
      }
      case "VolumeFillFailed" -> {
        VolumeFillFailed it = Payloads.parse(VolumeFillFailed.parser(), data);
        yield new SnapshotEvent.VolumeFillFailed(it.getName(), it.getMessage());
      }
      case "VolumeSnapshotRequested" -> {
        VolumeSnapshotRequested it = Payloads.parse(VolumeSnapshotRequested.parser(), data);
        yield new SnapshotEvent.VolumeSnapshotRequested(
            it.getId(), it.getVolume(), it.getComment());
      }
      case "VolumeSnapshotTaken" -> {
        VolumeSnapshotTaken it = Payloads.parse(VolumeSnapshotTaken.parser(), data);
        yield new SnapshotEvent.VolumeSnapshotTaken(
            it.getId(), it.getVolume(), it.getSizeBytes(), it.getDigest());
      }
      case "VolumeSnapshotFailed" -> {
        VolumeSnapshotFailed it = Payloads.parse(VolumeSnapshotFailed.parser(), data);
        yield new SnapshotEvent.VolumeSnapshotFailed(it.getId(), it.getMessage());
      }
      case "VolumeSnapshotRemoved" ->
          new SnapshotEvent.VolumeSnapshotRemoved(
              Payloads.parse(VolumeSnapshotRemoved.parser(), data).getId());
      default -> null;
    };
  }
}
