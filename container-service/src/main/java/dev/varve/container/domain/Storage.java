package dev.varve.container.domain;

import java.util.List;

/**
 * What a container was to have beside its root, as given, and what came of it.
 *
 * @param binds {@code source:destination[:mode]}
 * @param volumesFrom containers, with a mode behind a colon if there was one
 * @param points of these three and of the image's volumes; empty before they are resolved
 */
public record Storage(
    List<String> binds, List<Mount> mounts, List<String> volumesFrom, List<MountPoint> points) {
  public static final Storage NONE = new Storage(List.of(), List.of(), List.of(), List.of());

  Storage with(List<MountPoint> resolved) {
    return new Storage(binds, mounts, volumesFrom, List.copyOf(resolved));
  }
}
