package dev.varve.container.contract;

import dev.varve.container.domain.Mount;
import dev.varve.container.domain.MountPoint;
import dev.varve.container.domain.Storage;
import dev.varve.values.container.v1.HostSpec;
import dev.varve.values.container.v1.MountPoint.RecursiveReadOnly;
import dev.varve.values.container.v1.Strings;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Mounts as they were asked for, and what came of them. */
public final class StorageMessages {
  private StorageMessages() {}

  static void write(Storage storage, HostSpec.Builder into) {
    into.addAllBinds(storage.binds())
        .addAllMounts(storage.mounts().stream().map(StorageMessages::write).toList())
        .addAllVolumesFrom(storage.volumesFrom())
        .addAllMountPoints(storage.points().stream().map(StorageMessages::write).toList());
  }

  static Storage read(HostSpec message) {
    return new Storage(
        message.getBindsList(),
        message.getMountsList().stream().map(StorageMessages::read).toList(),
        message.getVolumesFromList(),
        message.getMountPointsList().stream().map(StorageMessages::read).toList());
  }

  private static dev.varve.values.container.v1.Mount write(Mount mount) {
    var message =
        dev.varve.values.container.v1.Mount.newBuilder()
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
    mount.imageOptions().ifPresent(it -> message.getImageOptionsBuilder().setSubpath(it.subpath()));
    return message.build();
  }

  private static Mount read(dev.varve.values.container.v1.Mount message) {
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
        message.hasTmpfsOptions() ? Optional.of(read(message.getTmpfsOptions())) : Optional.empty(),
        message.hasImageOptions()
            ? Optional.of(new Mount.ImageOptions(message.getImageOptions().getSubpath()))
            : Optional.empty());
  }

  private static Mount.BindOptions read(dev.varve.values.container.v1.Mount.BindOptions it) {
    return new Mount.BindOptions(
        it.getPropagation(),
        it.getNonRecursive(),
        it.getCreateMountpoint(),
        it.getReadOnlyNonRecursive(),
        it.getReadOnlyForceRecursive());
  }

  private static Mount.VolumeOptions read(dev.varve.values.container.v1.Mount.VolumeOptions it) {
    return new Mount.VolumeOptions(
        it.getNoCopy(),
        new TreeMap<>(it.getLabelsMap()),
        it.getDriverGiven()
            ? Optional.of(new Mount.Driver(it.getDriver(), new TreeMap<>(it.getDriverOptionsMap())))
            : Optional.empty(),
        it.getSubpath());
  }

  private static Mount.TmpfsOptions read(dev.varve.values.container.v1.Mount.TmpfsOptions it) {
    return new Mount.TmpfsOptions(
        it.getSizeBytes(),
        it.getMode(),
        it.getOptionsList().stream().<List<String>>map(Strings::getValuesList).toList());
  }

  private static dev.varve.values.container.v1.MountPoint write(MountPoint point) {
    var message =
        dev.varve.values.container.v1.MountPoint.newBuilder()
            .setDestination(point.destination())
            .setReadOnly(point.readOnly())
            .setMode(point.mode());
    switch (point) {
      case MountPoint.Bind it ->
          message
              .getBindBuilder()
              .setSource(it.source())
              .setPropagation(it.propagation())
              .setNonRecursive(it.nonRecursive())
              .setCreateSource(it.createSource())
              .setRecursiveReadOnly(
                  switch (it.recursiveReadOnly()) {
                    case IF_POSSIBLE -> RecursiveReadOnly.RECURSIVE_READ_ONLY_UNSPECIFIED;
                    case NEVER -> RecursiveReadOnly.RECURSIVE_READ_ONLY_NEVER;
                    case FORCED -> RecursiveReadOnly.RECURSIVE_READ_ONLY_FORCED;
                  });
      case MountPoint.Volume it ->
          message
              .getVolumeBuilder()
              .setName(it.name())
              .setDriver(it.driver())
              .setAnonymous(it.anonymous())
              .setNoCopy(it.noCopy())
              .setSubpath(it.subpath())
              .putAllLabels(it.labels())
              .putAllDriverOptions(it.driverOptions());
      case MountPoint.Image it ->
          message
              .getImageBuilder()
              .setReference(it.reference())
              .setImageId(it.imageId())
              .setSubpath(it.subpath());
      case MountPoint.Tmpfs it -> message.getTmpfsBuilder().addAllOptions(it.options());
    }
    return message.build();
  }

  private static MountPoint read(dev.varve.values.container.v1.MountPoint message) {
    String destination = message.getDestination();
    boolean readOnly = message.getReadOnly();
    return switch (message.getKindCase()) {
      case BIND -> {
        var it = message.getBind();
        yield new MountPoint.Bind(
            destination,
            readOnly,
            message.getMode(),
            it.getSource(),
            it.getPropagation(),
            it.getNonRecursive(),
            it.getCreateSource(),
            switch (it.getRecursiveReadOnly()) {
              case RECURSIVE_READ_ONLY_NEVER -> MountPoint.RecursiveReadOnly.NEVER;
              case RECURSIVE_READ_ONLY_FORCED -> MountPoint.RecursiveReadOnly.FORCED;
              case RECURSIVE_READ_ONLY_UNSPECIFIED, UNRECOGNIZED ->
                  MountPoint.RecursiveReadOnly.IF_POSSIBLE;
            });
      }
      case VOLUME -> {
        var it = message.getVolume();
        yield new MountPoint.Volume(
            destination,
            readOnly,
            message.getMode(),
            it.getName(),
            it.getDriver(),
            it.getAnonymous(),
            it.getNoCopy(),
            it.getSubpath(),
            new TreeMap<>(it.getLabelsMap()),
            new TreeMap<>(it.getDriverOptionsMap()));
      }
      case TMPFS ->
          new MountPoint.Tmpfs(destination, readOnly, message.getTmpfs().getOptionsList());
      case IMAGE -> {
        var it = message.getImage();
        yield new MountPoint.Image(
            destination, it.getReference(), it.getImageId(), it.getSubpath());
      }
      case KIND_NOT_SET ->
          throw new IllegalArgumentException("a mount point of no kind at " + destination);
    };
  }
}
