package dev.varve.container.adapter.grpc;

import dev.varve.api.container.v1.HostConfig;
import dev.varve.api.container.v1.Strings;
import dev.varve.container.domain.Mount;
import dev.varve.container.domain.MountPoint;
import dev.varve.container.domain.Storage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Mounts as clients ask for them and see them. */
final class MountMessages {
  private MountMessages() {}

  /** Without the mount points, whose sources depend on the node. */
  static void write(Storage storage, HostConfig.Builder into) {
    into.addAllBinds(storage.binds())
        .addAllMounts(storage.mounts().stream().map(MountMessages::write).toList())
        .addAllVolumesFrom(storage.volumesFrom());
  }

  static Storage read(HostConfig message) {
    return new Storage(
        message.getBindsList(),
        message.getMountsList().stream().map(MountMessages::read).toList(),
        message.getVolumesFromList(),
        List.of());
  }

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

  private static dev.varve.api.container.v1.Mount write(Mount mount) {
    var message =
        dev.varve.api.container.v1.Mount.newBuilder()
            .setType(mount.type())
            .setSource(mount.source())
            .setTarget(mount.target())
            .setReadOnly(mount.readOnly())
            .setConsistency(mount.consistency());
    mount
        .bindOptions()
        .ifPresent(it ->
            message
                .getBindOptionsBuilder()
                .setPropagation(it.propagation())
                .setNonRecursive(it.nonRecursive())
                .setCreateMountpoint(it.createMountpoint())
                .setReadOnlyNonRecursive(it.readOnlyNonRecursive())
                .setReadOnlyForceRecursive(it.readOnlyForceRecursive()));
    mount
        .volumeOptions()
        .ifPresent(it -> {
          var options =
              message
                  .getVolumeOptionsBuilder()
                  .setNoCopy(it.noCopy())
                  .putAllLabels(it.labels())
                  .setSubpath(it.subpath());
          it.driver()
              .ifPresent(driver ->
                  options
                      .setDriverGiven(true)
                      .setDriver(driver.name())
                      .putAllDriverOptions(driver.options()));
        });
    mount
        .tmpfsOptions()
        .ifPresent(it ->
            message
                .getTmpfsOptionsBuilder()
                .setSizeBytes(it.sizeBytes())
                .setMode(it.mode())
                .addAllOptions(
                    it.options().stream()
                        .map(option -> Strings.newBuilder().addAllValues(option).build())
                        .toList()));
    return message.build();
  }

  private static Mount read(dev.varve.api.container.v1.Mount message) {
    return new Mount(
        message.getType(),
        message.getSource(),
        message.getTarget(),
        message.getReadOnly(),
        message.getConsistency(),
        message.hasBindOptions() ? Optional.of(read(message.getBindOptions())) : Optional.empty(),
        message.hasVolumeOptions()
            ? Optional.of(read(message.getVolumeOptions()))
            : Optional.empty(),
        message.hasTmpfsOptions()
            ? Optional.of(read(message.getTmpfsOptions()))
            : Optional.empty());
  }

  private static Mount.BindOptions read(dev.varve.api.container.v1.Mount.BindOptions it) {
    return new Mount.BindOptions(
        it.getPropagation(),
        it.getNonRecursive(),
        it.getCreateMountpoint(),
        it.getReadOnlyNonRecursive(),
        it.getReadOnlyForceRecursive());
  }

  private static Mount.VolumeOptions read(dev.varve.api.container.v1.Mount.VolumeOptions it) {
    return new Mount.VolumeOptions(
        it.getNoCopy(),
        it.getLabelsMap(),
        it.getDriverGiven()
            ? Optional.of(new Mount.Driver(it.getDriver(), it.getDriverOptionsMap()))
            : Optional.empty(),
        it.getSubpath());
  }

  private static Mount.TmpfsOptions read(dev.varve.api.container.v1.Mount.TmpfsOptions it) {
    return new Mount.TmpfsOptions(
        it.getSizeBytes(),
        it.getMode(),
        it.getOptionsList().stream().<List<String>>map(Strings::getValuesList).toList());
  }
}
