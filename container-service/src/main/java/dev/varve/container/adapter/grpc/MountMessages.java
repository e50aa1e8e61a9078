package dev.varve.container.adapter.grpc;

import dev.varve.container.application.MountSources;
import dev.varve.container.domain.MountPoint;

/** What a container has mounted, as clients see it. */
final class MountMessages {
  private MountMessages() {}

  /**
   * @param sources where volumes and images are
   */
  static dev.varve.api.container.v1.MountPoint point(MountPoint point, MountSources sources) {
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
              .setSource(sources.volume(it.name()).toString());
      case MountPoint.Image it ->
          message
              .setType("image")
              .setName(it.reference())
              .setSource(sources.image(it.imageId()).toString())
              .setPropagation("rprivate");
      case MountPoint.Tmpfs _ -> message.setType("tmpfs");
    }
    return message.build();
  }
}
