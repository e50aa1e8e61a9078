package dev.varve.container.application;

import java.nio.file.Path;

/** Where a container's cgroup is within each hierarchy. */
public final class CgroupPath {
  private CgroupPath() {}

  /**
   * @param parent as asked for; empty for the engine's own
   * @param prefix the engine's own parent of cgroups
   * @return absolute, without any {@code ..} that would lead out of the hierarchy
   */
  public static String of(String parent, String prefix, String containerId) {
    return Path.of("/")
        .resolve(parent.isEmpty() ? prefix : parent)
        .normalize()
        .resolve(containerId)
        .toString();
  }
}
