package dev.varve.image.adapter.events;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.varve.eventlog.EventCodec;
import dev.varve.events.container.v1.BuildRunRefused;
import dev.varve.events.container.v1.Created;
import dev.varve.events.container.v1.Exited;
import dev.varve.events.container.v1.StartFailed;
import dev.varve.image.domain.ContainerFact;
import dev.varve.values.container.v1.MountPoint;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the container topic as far as images are concerned; writes nothing, as it is not ours. */
public final class ContainerFactCodec implements EventCodec<ContainerFact> {
  private static final String PREFIX = "dev.varve.container.v1.";

  @Override
  public String typeOf(ContainerFact event) {
    throw new UnsupportedOperationException("the container service writes its own topic");
  }

  @Override
  public byte[] encode(ContainerFact event) {
    throw new UnsupportedOperationException("the container service writes its own topic");
  }

  @Override
  public @Nullable ContainerFact decode(String type, byte[] data) {
    try {
      return switch (type) {
        case PREFIX + "Created" -> {
          Created created = Created.parseFrom(data);
          yield new ContainerFact.Created(created.getContainerId(), images(created));
        }
        case PREFIX + "Started" -> new ContainerFact.Started();
        case PREFIX + "StartFailed" -> {
          StartFailed failed = StartFailed.parseFrom(data);
          yield new ContainerFact.StartFailed(failed.getExitCode(), failed.getMessage());
        }
        case PREFIX + "Exited" -> {
          Exited exited = Exited.parseFrom(data);
          yield new ContainerFact.Exited(
              exited.getExitCode(), exited.getOomKilled(), exited.getError());
        }
        case PREFIX + "Removed" -> new ContainerFact.Removed();
        case PREFIX + "BuildRunRefused" ->
            new ContainerFact.RunRefused(BuildRunRefused.parseFrom(data).getMessage());
        default -> null;
      };
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not a " + type, e);
    }
  }

  private static Set<String> images(Created created) {
    Set<String> images = new HashSet<>(Set.of(created.getSpec().getImageId()));
    for (MountPoint point : created.getSpec().getHost().getMountPointsList()) {
      if (point.hasImage()) {
        images.add(point.getImage().getImageId());
      }
    }
    return images;
  }
}
