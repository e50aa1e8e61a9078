package dev.varve.container.adapter.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.varve.container.application.SnapshotEvent;
import dev.varve.eventlog.EventCodec;
import dev.varve.events.snapshot.v1.PrepareFailed;
import dev.varve.events.snapshot.v1.Prepared;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What this service reads of the snapshot service's topic. It never writes there. */
public final class SnapshotEventCodec implements EventCodec<SnapshotEvent> {
  private static final String PREFIX = "dev.varve.snapshot.v1.";
  private static final Set<String> OTHERS =
      Stream.of(
              "LayerApplied",
              "LayerApplyFailed",
              "LayerDropped",
              "VolumeCreated",
              "VolumeRemoveRequested",
              "VolumeRemoved",
              "VolumesPruned",
              "VolumeSnapshotRequested",
              "VolumeSnapshotTaken",
              "VolumeSnapshotFailed",
              "VolumeSnapshotRemoved",
              "VolumeFillRequested",
              "VolumeFilled",
              "VolumeFillFailed")
          .map(PREFIX::concat)
          .collect(Collectors.toUnmodifiableSet());

  @Override
  public String typeOf(SnapshotEvent event) {
    return PREFIX + event.getClass().getSimpleName();
  }

  @Override
  public byte[] encode(SnapshotEvent event) {
    throw new UnsupportedOperationException("the snapshot service alone writes to its topic");
  }

  @Override
  public @Nullable SnapshotEvent decode(String type, byte[] data) {
    try {
      return switch (type) {
        case PREFIX + "Prepared" -> {
          Prepared it = Prepared.parseFrom(data);
          yield new SnapshotEvent.Prepared(
              it.getRootPath(), it.getGeneration(), it.getVolumeMountsList());
        }
        case PREFIX + "PrepareFailed" ->
            new SnapshotEvent.PrepareFailed(PrepareFailed.parseFrom(data).getMessage());
        case PREFIX + "Removed" -> new SnapshotEvent.Removed();
        default -> OTHERS.contains(type) ? new SnapshotEvent.OfOther() : null;
      };
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not a " + type + ": " + e.getMessage(), e);
    }
  }
}
