package dev.varve.container.adapter.stats;

import dev.varve.container.application.CgroupPath;
import dev.varve.container.application.Sample;
import dev.varve.container.application.StatsReader;
import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.process.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link StatsReader} on the cgroups of containers and /proc. */
public final class KernelStats implements StatsReader {
  /** Containers whose files stay open, some 14 each. */
  private static final int MOST_KEPT = 400;

  private final String prefix;
  private final InstantSource clock;
  private final Machine machine;
  private final CgroupFigures cgroups;
  private final Interfaces interfaces = new Interfaces();
  private final Map<String, OpenFiles> open = new HashMap<>();

  /**
   * @param prefix the parent of all containers' cgroups
   */
  public KernelStats(String prefix, InstantSource clock) throws IOException {
    this.prefix = prefix;
    this.clock = clock;
    Hierarchies hierarchies =
        Hierarchies.of(Files.readAllLines(Path.of("/proc/thread-self/mountinfo")));
    this.machine = new Machine();
    this.cgroups =
        hierarchies.isVersion1()
            ? new Version1(hierarchies.controllers(), machine)
            : new Version2(hierarchies.unified().orElse(Path.of("/sys/fs/cgroup")), machine);
  }

  @Override
  public synchronized Optional<Sample> read(Run run) throws IOException {
    String id = run.containerId();
    OpenFiles files = open.get(id);
    if (files == null || files.pid != run.pid()) {
      forget(id);
      files = new OpenFiles(run.pid());
      open.put(id, files);
    }
    try {
      if (open.size() > MOST_KEPT) {
        forget(open.keySet().stream().filter(other -> !other.equals(id)).findFirst().orElse(id));
      }
      Path cgroup = Path.of(CgroupPath.of(run.cgroupParent(), prefix, id).substring(1));
      if (!cgroups.isThere(cgroup, files)) {
        forget(id);
        return Optional.empty();
      }
      return Optional.of(
          new Sample(
              clock.instant(),
              cgroups.cpu(cgroup, files),
              cgroups.memory(cgroup, files),
              cgroups.pids(cgroup, files),
              cgroups.pidsLimit(cgroup, files),
              cgroups.blockIo(cgroup, files),
              interfaces.of(run, files)));
    } catch (SystemCallException e) {
      if (e.errno() == Errno.ENODEV || e.errno() == Errno.ESRCH || e.errno() == Errno.EINVAL) {
        // The run has ended, and its cgroup with it.
        forget(id);
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public synchronized void forget(String containerId) {
    OpenFiles files = open.remove(containerId);
    if (files != null) {
      files.close();
    }
  }

  @Override
  public synchronized void close() {
    open.values().forEach(OpenFiles::close);
    open.clear();
    cgroups.close();
    interfaces.close();
    machine.close();
  }

  /** A file that is not there is empty. */
  static void read(Text text, @Nullable Descriptor file) throws SystemCallException {
    if (file == null) {
      text.clear();
    } else {
      text.read(file);
    }
  }
}
