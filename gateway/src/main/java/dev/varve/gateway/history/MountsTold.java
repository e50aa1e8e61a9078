package dev.varve.gateway.history;

import com.google.protobuf.Message;
import dev.varve.eventlog.Event;
import dev.varve.events.container.v1.ContainerSpec;
import dev.varve.gateway.history.Remembered.OfContainer;
import dev.varve.values.container.v1.MountPoint;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A container's volumes are mounted when it starts and unmounted when it ends. Pure. */
final class MountsTold {
  private MountsTold() {}

  static List<MountPoint> volumes(ContainerSpec spec) {
    return spec.getHost().getMountPointsList().stream().filter(MountPoint::hasVolume).toList();
  }

  static List<Told> mounted(Event<Message> event, @Nullable Remembered known) {
    return told(known, point -> mount(event, point));
  }

  static List<Told> unmounted(Event<Message> event, @Nullable Remembered known) {
    return told(known, point -> unmount(event, point));
  }

  @FunctionalInterface
  private interface Telling {
    Told of(MountPoint point);
  }

  private static List<Told> told(@Nullable Remembered known, Telling telling) {
    return known instanceof OfContainer container
        ? container.volumes().stream().map(telling::of).toList()
        : List.of();
  }

  private static Told mount(Event<Message> event, MountPoint point) {
    return new Told(
        VolumeTeller.TYPE,
        "mount",
        point.getVolume().getName(),
        Map.of(
            "container", event.subject().id(),
            "destination", point.getDestination(),
            "driver", point.getVolume().getDriver(),
            "propagation", "",
            "read/write", String.valueOf(!point.getReadOnly())),
        event.time());
  }

  private static Told unmount(Event<Message> event, MountPoint point) {
    return new Told(
        VolumeTeller.TYPE,
        "unmount",
        point.getVolume().getName(),
        Map.of("container", event.subject().id(), "driver", point.getVolume().getDriver()),
        event.time());
  }
}
