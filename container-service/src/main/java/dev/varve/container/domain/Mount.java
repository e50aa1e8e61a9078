package dev.varve.container.domain;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One of Docker's HostConfig.Mounts, as given.
 *
 * @param type {@code bind}, {@code volume}, {@code tmpfs} or {@code image}, or something that is
 *     refused
 */
public record Mount(
    String type,
    String source,
    String target,
    boolean readOnly,
    String consistency,
    Optional<BindOptions> bindOptions,
    Optional<VolumeOptions> volumeOptions,
    Optional<TmpfsOptions> tmpfsOptions,
    Optional<ImageOptions> imageOptions) {

  static final String BIND = "bind";
  static final String VOLUME = "volume";
  static final String TMPFS = "tmpfs";
  static final String IMAGE = "image";

  /**
   * @param propagation empty for the default, rprivate
   */
  public record BindOptions(
      String propagation,
      boolean nonRecursive,
      boolean createMountpoint,
      boolean readOnlyNonRecursive,
      boolean readOnlyForceRecursive) {
    static final BindOptions DEFAULT = new BindOptions("", false, false, false, false);
  }

  /**
   * @param driver absent when none was given, which is not the same as one without a name
   */
  public record VolumeOptions(
      boolean noCopy, Map<String, String> labels, Optional<Driver> driver, String subpath) {
    static final VolumeOptions DEFAULT = new VolumeOptions(false, Map.of(), Optional.empty(), "");
  }

  /** Who keeps a volume, and how. */
  public record Driver(String name, Map<String, String> options) {
    static final Driver DEFAULT = new Driver("", Map.of());
  }

  /**
   * @param sizeBytes 0 for no bound
   * @param mode permissions of its root; 0 for the default
   * @param options a key, or a key and a value, each
   */
  public record TmpfsOptions(long sizeBytes, int mode, List<List<String>> options) {
    static final TmpfsOptions DEFAULT = new TmpfsOptions(0, 0, List.of());
  }

  /**
   * @param subpath empty for all of the image
   */
  public record ImageOptions(String subpath) {
    static final ImageOptions DEFAULT = new ImageOptions("");
  }
}
