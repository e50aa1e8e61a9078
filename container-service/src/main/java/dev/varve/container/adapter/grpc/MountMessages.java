package dev.varve.container.adapter.grpc;

import dev.varve.container.domain.MountPoint;
import java.nio.file.Path;
import java.util.function.Function;

/** What a container has mounted, as clients see it. */
final class MountMessages {
  private MountMessages() {}

  /**
   * @param volumes where a volume's data is, by its name
   */
  static dev.varve.api.container.v1.MountPoint point(
      MountPoint point, Function<String, Path> volumes) {
    var message =
        dev.varve.api.container.v1.MountPoint.newBuilder()
            .setDestination(point.destination())
            .setMode(point.mode())
            .setWritable(!point.readOnly());
    switch (point) {
      case MountPoint.Bind it ->
          message.setType("bind").setSource(it.source()).setPropagation(it.propagation());
      case MountPoint.Volume it ->
          message
              .setType("volume")
              .setName(it.name())
              .setDriver(it.driver())
              .setSource(volumes.apply(it.name()).toString());
      case MountPoint.Tmpfs _ -> message.setType("tmpfs");
    }
    return message.build();
  }
}
