package dev.varve.gateway.route;

import dev.varve.api.container.v1.Container;
import dev.varve.api.container.v1.MountPoint;
import dev.varve.gateway.docker.json.MountJson;
import dev.varve.values.container.v1.HostSpec;
import dev.varve.values.container.v1.Mount;
import dev.varve.values.container.v1.Strings;
import java.util.List;

/** Mounts as they were asked for, and as they are. Pure. */
final class MountViews {
  private MountViews() {}

  static List<MountJson> asked(HostSpec host) {
    return host.getMountsList().stream().map(MountViews::asked).toList();
  }

  private static MountJson asked(Mount mount) {
    return new MountJson(
        mount.getType(),
        mount.getSource(),
        mount.getTarget(),
        mount.getReadOnly(),
        mount.getConsistency(),
        mount.hasBindOptions() ? asked(mount.getBindOptions()) : null,
        mount.hasVolumeOptions() ? asked(mount.getVolumeOptions()) : null,
        mount.hasTmpfsOptions() ? asked(mount.getTmpfsOptions()) : null,
        mount.hasImageOptions() ? new MountJson.Image(mount.getImageOptions().getSubpath()) : null);
  }

  private static MountJson.Bind asked(Mount.BindOptions it) {
    return new MountJson.Bind(
        it.getPropagation(),
        it.getNonRecursive(),
        it.getCreateMountpoint(),
        it.getReadOnlyNonRecursive(),
        it.getReadOnlyForceRecursive());
  }

  private static MountJson.Volume asked(Mount.VolumeOptions it) {
    return new MountJson.Volume(
        it.getNoCopy(),
        it.getLabelsMap(),
        it.getDriverGiven() ? new MountJson.Driver(it.getDriver(), it.getDriverOptionsMap()) : null,
        it.getSubpath());
  }

  private static MountJson.Tmpfs asked(Mount.TmpfsOptions it) {
    return new MountJson.Tmpfs(
        it.getSizeBytes(),
        it.getMode(),
        it.getOptionsList().stream().<List<String>>map(Strings::getValuesList).toList());
  }

  static List<MountJson.Point> points(Container it) {
    return it.getMountsList().stream().map(MountViews::point).toList();
  }

  private static MountJson.Point point(MountPoint it) {
    return new MountJson.Point(
        it.getType(),
        it.getName(),
        it.getSource(),
        it.getDestination(),
        it.getDriver(),
        it.getMode(),
        it.getWritable(),
        it.getPropagation());
  }
}
