package dev.varve.container.adapter.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.varve.container.application.BuildEvent;
import dev.varve.eventlog.EventCodec;
import dev.varve.events.image.v1.RunRequested;
import dev.varve.events.image.v1.RunSettled;
import org.jspecify.annotations.Nullable;

/** What this service reads of the image service's topic. It never writes there. */
public final class BuildEventCodec implements EventCodec<BuildEvent> {
  private static final String PREFIX = "dev.varve.image.v1.";

  @Override
  public String typeOf(BuildEvent event) {
    throw new UnsupportedOperationException("the image service alone writes to its topic");
  }

  @Override
  public byte[] encode(BuildEvent event) {
    throw new UnsupportedOperationException("the image service alone writes to its topic");
  }

  @Override
  public @Nullable BuildEvent decode(String type, byte[] data) {
    try {
      return switch (type) {
        case PREFIX + "BuildStarted" -> new BuildEvent.Started();
        case PREFIX + "RunRequested" ->
            new BuildEvent.RunRequested(RunRequested.parseFrom(data).getContainerId());
        case PREFIX + "RunSettled" -> {
          RunSettled settled = RunSettled.parseFrom(data);
          yield new BuildEvent.RunSettled(settled.getContainerId(), settled.getKeep());
        }
        case PREFIX + "ImageBuilt", PREFIX + "BuildFailed" -> new BuildEvent.Over();
        default -> null;
      };
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not a " + type + ": " + e.getMessage(), e);
    }
  }
}
