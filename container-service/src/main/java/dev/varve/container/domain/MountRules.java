package dev.varve.container.domain;

import dev.varve.container.domain.Mount.BindOptions;
import dev.varve.container.domain.Mount.ImageOptions;
import dev.varve.container.domain.Mount.TmpfsOptions;
import dev.varve.container.domain.Mount.VolumeOptions;
import dev.varve.container.domain.MountPoint.RecursiveReadOnly;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What a single mount may say, in Docker's words, and the mount point that comes of it. */
final class MountRules {
  static final String DEFAULT_DRIVER = "local";
  private static final String PRIVATE = "rprivate";

  /** Of a volume of the default driver when none was given, as Docker shows it. */
  private static final String SHARED_LABEL = "z";

  private MountRules() {}

  /** A mount that is none; its message is complete but for the mount's type. */
  static final class MountFault extends Exception {
    private static final long serialVersionUID = 1;

    MountFault(Mount mount, String message) {
      super("invalid mount config for type \"" + mount.type() + "\": " + message);
    }
  }

  /**
   * @param exists whether there is a path on the node
   */
  static void check(Mount mount, Predicate<String> exists) throws MountFault {
    require(!mount.target().isEmpty(), mount, "field Target must not be empty");
    require(
        !GoPath.clean(mount.target()).equals("/"),
        mount,
        "invalid specification: destination can't be '/'");
    requireAbsolute(mount, mount.target());
    switch (mount.type()) {
      case Mount.BIND -> checkBind(mount, exists);
      case Mount.VOLUME -> checkVolume(mount);
      case Mount.TMPFS -> checkTmpfs(mount);
      case Mount.IMAGE -> checkImage(mount);
      default -> throw new MountFault(mount, "mount type unknown");
    }
  }

  private static void checkBind(Mount mount, Predicate<String> exists) throws MountFault {
    BindOptions options = mount.bindOptions().orElse(BindOptions.DEFAULT);
    require(!mount.source().isEmpty(), mount, "field Source must not be empty");
    require(
        options.propagation().isEmpty() || MountMode.PROPAGATIONS.contains(options.propagation()),
        mount,
        "invalid propagation mode: " + options.propagation());
    refuseField(mount, "VolumeOptions", mount.volumeOptions());
    refuseField(mount, "TmpfsOptions", mount.tmpfsOptions());
    refuseField(mount, "ImageOptions", mount.imageOptions());
    requireAbsolute(mount, mount.source());
    require(
        !options.readOnlyForceRecursive() || mount.readOnly(),
        mount,
        "ReadOnlyForceRecursive requires the mount to be read-only");
    require(
        !options.readOnlyForceRecursive() || !options.readOnlyNonRecursive(),
        mount,
        "ReadOnlyForceRecursive conflicts with ReadOnlyNonRecursive");
    require(
        options.createMountpoint() || exists.test(GoPath.clean(mount.source())),
        mount,
        "bind source path does not exist: " + mount.source());
  }

  private static void checkVolume(Mount mount) throws MountFault {
    refuseField(mount, "BindOptions", mount.bindOptions());
    refuseField(mount, "TmpfsOptions", mount.tmpfsOptions());
    refuseField(mount, "ImageOptions", mount.imageOptions());
    String subpath = mount.volumeOptions().orElse(VolumeOptions.DEFAULT).subpath();
    if (!subpath.isEmpty()) {
      require(
          !mount.source().isEmpty(), mount, "must not set Subpath when using anonymous volumes");
      require(GoPath.isLocal(subpath), mount, "subpath must be a relative path within the volume");
    }
    require(
        !mount.readOnly() || !mount.source().isEmpty(),
        mount,
        "must not set ReadOnly mode when using anonymous volumes");
  }

  private static void checkTmpfs(Mount mount) throws MountFault {
    refuseField(mount, "BindOptions", mount.bindOptions());
    refuseField(mount, "VolumeOptions", mount.volumeOptions());
    refuseField(mount, "ImageOptions", mount.imageOptions());
    require(mount.source().isEmpty(), mount, "field Source must not be specified");
    TmpfsOptions options = mount.tmpfsOptions().orElse(TmpfsOptions.DEFAULT);
    require(options.sizeBytes() >= 0, mount, "must not set a negative size");
    for (List<String> option : options.options()) {
      require(
          option.size() == 1 && List.of("exec", "noexec").contains(option.getFirst()),
          mount,
          "invalid option: \"" + String.join("=", option) + "\"");
    }
  }

  private static void checkImage(Mount mount) throws MountFault {
    refuseField(mount, "BindOptions", mount.bindOptions());
    refuseField(mount, "VolumeOptions", mount.volumeOptions());
    refuseField(mount, "TmpfsOptions", mount.tmpfsOptions());
    require(!mount.source().isEmpty(), mount, "field Source must not be empty");
    String subpath = mount.imageOptions().orElse(ImageOptions.DEFAULT).subpath();
    require(
        subpath.isEmpty() || GoPath.isLocal(subpath),
        mount,
        "subpath must be a relative path within the volume");
  }

  private static void requireAbsolute(Mount mount, String path) throws MountFault {
    require(
        GoPath.isAbsolute(path),
        mount,
        "invalid mount path: '" + path + "' mount path must be absolute");
  }

  private static void refuseField(Mount mount, String name, Optional<?> options) throws MountFault {
    require(options.isEmpty(), mount, "field " + name + " must not be specified");
  }

  private static void require(boolean holds, Mount mount, String message) throws MountFault {
    if (!holds) {
      throw new MountFault(mount, message);
    }
  }

  /**
   * The mount point of a mount that was checked, and is none of an image.
   *
   * @param mode as given with a bind, else empty
   * @param createSource of a bind
   * @param name for a volume without one
   */
  static MountPoint point(Mount mount, String mode, boolean createSource, String name) {
    String destination = GoPath.clean(mount.target());
    return switch (mount.type()) {
      case Mount.BIND -> {
        BindOptions options = mount.bindOptions().orElse(BindOptions.DEFAULT);
        yield new MountPoint.Bind(
            destination,
            mount.readOnly(),
            mode,
            GoPath.clean(mount.source()),
            options.propagation().isEmpty() ? PRIVATE : options.propagation(),
            options.nonRecursive(),
            createSource || options.createMountpoint(),
            recursiveReadOnly(options));
      }
      case Mount.VOLUME -> {
        VolumeOptions options = mount.volumeOptions().orElse(VolumeOptions.DEFAULT);
        Mount.Driver driver = options.driver().orElse(Mount.Driver.DEFAULT);
        boolean anonymous = mount.source().isEmpty();
        yield new MountPoint.Volume(
            destination,
            mount.readOnly(),
            mode.isEmpty() ? SHARED_LABEL : mode,
            anonymous ? name : mount.source(),
            driver.name().isEmpty() ? DEFAULT_DRIVER : driver.name(),
            anonymous,
            options.noCopy(),
            options.subpath(),
            options.labels(),
            driver.options());
      }
      default -> new MountPoint.Tmpfs(destination, mount.readOnly(), tmpfsOptions(mount));
    };
  }

  /** That of an image, which was checked as well. */
  static MountPoint image(Mount mount, String imageId) {
    return new MountPoint.Image(
        GoPath.clean(mount.target()),
        mount.source(),
        imageId,
        mount.imageOptions().orElse(ImageOptions.DEFAULT).subpath());
  }

  /** One that the image, or the client beside the mounts, wants at a place. */
  static MountPoint anonymous(String destination, String driver, String name) {
    return new MountPoint.Volume(
        destination,
        false,
        "",
        name,
        driver.isEmpty() ? DEFAULT_DRIVER : driver,
        true,
        false,
        "",
        Map.of(),
        Map.of());
  }

  private static RecursiveReadOnly recursiveReadOnly(BindOptions options) {
    return options.readOnlyForceRecursive()
        ? RecursiveReadOnly.FORCED
        : options.readOnlyNonRecursive() ? RecursiveReadOnly.NEVER : RecursiveReadOnly.IF_POSSIBLE;
  }

  private static List<String> tmpfsOptions(Mount mount) {
    TmpfsOptions asked = mount.tmpfsOptions().orElse(TmpfsOptions.DEFAULT);
    List<String> options = new ArrayList<>();
    if (mount.readOnly()) {
      options.add("ro");
    }
    if (asked.mode() != 0) {
      options.add("mode=" + String.format(Locale.ROOT, "%o", asked.mode()));
    }
    if (asked.sizeBytes() != 0) {
      options.add("size=" + asked.sizeBytes());
    }
    asked.options().forEach(option -> options.add(String.join("=", option)));
    return options;
  }
}
