package dev.varve.snapshot.adapter.log;

import com.google.protobuf.Message;
import dev.varve.eventlog.EventCodec;
import dev.varve.snapshot.domain.AppliedLayer;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.DiffId;
import dev.varve.snapshot.domain.SnapshotEvent;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** This service's own events. */
public final class SnapshotCodec implements EventCodec<SnapshotEvent> {
  private static final String PREFIX = "dev.varve.snapshot.v1.";

  @Override
  public String typeOf(SnapshotEvent event) {
    return PREFIX
        + switch (event) {
          case SnapshotEvent.LayerApplied _ -> "LayerApplied";
          case SnapshotEvent.LayerApplyFailed _ -> "LayerApplyFailed";
          case SnapshotEvent.LayerDropped _ -> "LayerDropped";
          case SnapshotEvent.Prepared _ -> "Prepared";
          case SnapshotEvent.PrepareFailed _ -> "PrepareFailed";
          case SnapshotEvent.Removed _ -> "Removed";
          case SnapshotEvent.VolumeCreated _ -> "VolumeCreated";
          case SnapshotEvent.VolumeRemoveRequested _ -> "VolumeRemoveRequested";
          case SnapshotEvent.VolumeRemoved _ -> "VolumeRemoved";
          case SnapshotEvent.VolumesPruned _ -> "VolumesPruned";
          case SnapshotEvent.VolumeFillRequested _ -> "VolumeFillRequested";
          case SnapshotEvent.VolumeFilled _ -> "VolumeFilled";
          case SnapshotEvent.VolumeFillFailed _ -> "VolumeFillFailed";
          case SnapshotEvent.VolumeSnapshotRequested _ -> "VolumeSnapshotRequested";
          case SnapshotEvent.VolumeSnapshotTaken _ -> "VolumeSnapshotTaken";
          case SnapshotEvent.VolumeSnapshotFailed _ -> "VolumeSnapshotFailed";
          case SnapshotEvent.VolumeSnapshotRemoved _ -> "VolumeSnapshotRemoved";
        };
  }

  @Override
  public byte[] encode(SnapshotEvent event) {
    return message(event).toByteArray();
  }

  private static Message message(SnapshotEvent event) {
    return switch (event) {
      case SnapshotEvent.LayerApplied(AppliedLayer layer) ->
          dev.varve.events.snapshot.v1.LayerApplied.newBuilder()
              .setChainId(layer.chainId().text())
              .setDiffId(layer.diffId().text())
              .setParentChainId(layer.parent().map(ChainId::text).orElse(""))
              .setSizeBytes(layer.sizeBytes())
              .setEntries(layer.entries())
              .build();
      case SnapshotEvent.LayerApplyFailed failed ->
          dev.varve.events.snapshot.v1.LayerApplyFailed.newBuilder()
              .setChainId(failed.chainId().text())
              .setImageId(failed.imageId())
              .setMessage(failed.message())
              .build();
      case SnapshotEvent.LayerDropped(ChainId chainId) ->
          dev.varve.events.snapshot.v1.LayerDropped.newBuilder().setChainId(chainId.text()).build();
      case SnapshotEvent.Prepared prepared ->
          dev.varve.events.snapshot.v1.Prepared.newBuilder()
              .setContainerId(prepared.containerId())
              .setImageId(prepared.imageId())
              .addAllChainIds(prepared.chain().stream().map(ChainId::text).toList())
              .setRootPath(prepared.rootPath())
              .setGeneration(prepared.generation())
              .addAllVolumeMounts(prepared.volumeMounts())
              .build();
      case SnapshotEvent.PrepareFailed(String containerId, String message) ->
          dev.varve.events.snapshot.v1.PrepareFailed.newBuilder()
              .setContainerId(containerId)
              .setMessage(message)
              .build();
      case SnapshotEvent.Removed(String containerId) ->
          dev.varve.events.snapshot.v1.Removed.newBuilder().setContainerId(containerId).build();
      case SnapshotEvent.VolumeCreated _,
          SnapshotEvent.VolumeRemoveRequested _,
          SnapshotEvent.VolumeRemoved _,
          SnapshotEvent.VolumesPruned _,
          SnapshotEvent.VolumeFillRequested _,
          SnapshotEvent.VolumeFilled _,
          SnapshotEvent.VolumeFillFailed _,
          SnapshotEvent.VolumeSnapshotRequested _,
          SnapshotEvent.VolumeSnapshotTaken _,
          SnapshotEvent.VolumeSnapshotFailed _,
          SnapshotEvent.VolumeSnapshotRemoved _ ->
          VolumeMessages.write(event);
    };
  }

  @Override
  public @Nullable SnapshotEvent decode(String type, byte[] data) {
    return switch (type) {
      case PREFIX + "LayerApplied" -> layerApplied(data);
      case PREFIX + "LayerApplyFailed" -> {
        var failed = Payloads.parse(dev.varve.events.snapshot.v1.LayerApplyFailed.parser(), data);
        yield new SnapshotEvent.LayerApplyFailed(
            new ChainId(failed.getChainId()), failed.getImageId(), failed.getMessage());
      }
      case PREFIX + "LayerDropped" -> {
        var dropped = Payloads.parse(dev.varve.events.snapshot.v1.LayerDropped.parser(), data);
        yield new SnapshotEvent.LayerDropped(new ChainId(dropped.getChainId()));
      }
      case PREFIX + "Prepared" -> prepared(data);
      case PREFIX + "PrepareFailed" -> {
        var failed = Payloads.parse(dev.varve.events.snapshot.v1.PrepareFailed.parser(), data);
        yield new SnapshotEvent.PrepareFailed(failed.getContainerId(), failed.getMessage());
      }
      case PREFIX + "Removed" -> {
        var removed = Payloads.parse(dev.varve.events.snapshot.v1.Removed.parser(), data);
        yield new SnapshotEvent.Removed(removed.getContainerId());
      }
      default ->
          type.startsWith(PREFIX + "Volume")
              ? VolumeMessages.read(type.substring(PREFIX.length()), data)
              : null;
    };
  }

  private static SnapshotEvent layerApplied(byte[] data) {
    var applied = Payloads.parse(dev.varve.events.snapshot.v1.LayerApplied.parser(), data);
    String parent = applied.getParentChainId();
    return new SnapshotEvent.LayerApplied(
        new AppliedLayer(
            new ChainId(applied.getChainId()),
            new DiffId(applied.getDiffId()),
            parent.isEmpty() ? Optional.empty() : Optional.of(new ChainId(parent)),
            applied.getSizeBytes(),
            applied.getEntries()));
  }

  private static SnapshotEvent prepared(byte[] data) {
    var prepared = Payloads.parse(dev.varve.events.snapshot.v1.Prepared.parser(), data);
    return new SnapshotEvent.Prepared(
        prepared.getContainerId(),
        prepared.getImageId(),
        prepared.getChainIdsList().stream().map(ChainId::new).toList(),
        prepared.getRootPath(),
        prepared.getGeneration(),
        prepared.getVolumeMountsList());
  }
}
