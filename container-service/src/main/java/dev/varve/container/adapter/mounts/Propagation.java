package dev.varve.container.adapter.mounts;

import dev.varve.eventlog.Problem;
import dev.varve.linux.mounts.Mount;
import dev.varve.linux.mounts.MountCalls;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What has to be so on the node for mounts to show in a container, or a container's on the node.
 */
record Propagation(MountCalls mounts) {

  /** Refuses in Docker's words what could not propagate. */
  void check(String source, String propagation) throws IOException {
    boolean shared = propagation.endsWith("shared");
    boolean slave = propagation.endsWith("slave");
    if (!shared && !slave) {
      return;
    }
    Mount mount = mountOf(Path.of(source).toRealPath());
    boolean isShared = has(mount, "shared:");
    if (shared && !isShared) {
      throw refuse(source, mount, "a shared mount");
    }
    if (slave && !isShared && !has(mount, "master:")) {
      throw refuse(source, mount, "a shared or slave mount");
    }
  }

  /**
   * The root's own propagation, which has to let through what its mounts want.
   *
   * @param before of the mounts so far; empty when none of them wants any
   */
  static String ofRoot(String wanted, String before) {
    if (wanted.endsWith("shared") || before.equals("rshared")) {
      return "rshared";
    }
    return wanted.endsWith("slave") ? "rslave" : before;
  }

  private static boolean has(Mount mount, String field) {
    return mount.propagation().stream().anyMatch(it -> it.startsWith(field));
  }

  /** The later of two mounts at one place hides the earlier. */
  private Mount mountOf(Path path) throws IOException {
    Mount found = null;
    for (Mount mount : mounts.mounts()) {
      if (path.startsWith(mount.target())
          && (found == null || mount.target().getNameCount() >= found.target().getNameCount())) {
        found = mount;
      }
    }
    if (found == null) {
      throw new IOException("no mount holds " + path);
    }
    return found;
  }

  private static RuntimeException refuse(String source, Mount mount, String wanted) {
    return new Problem(
            Problem.Code.INTERNAL,
            "path %s is mounted on %s but it is not %s".formatted(source, mount.target(), wanted))
        .asException();
  }
}
