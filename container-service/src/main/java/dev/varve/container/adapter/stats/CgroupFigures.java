package dev.varve.container.adapter.stats;

import dev.varve.container.application.Sample;
import dev.varve.linux.SystemCallException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** A version of cgroups. What it does not count is zero or absent. One thread. */
interface CgroupFigures extends AutoCloseable {
  /** Whether the run has a cgroup. */
  boolean isThere(Path cgroup, OpenFiles files);

  Sample.Cpu cpu(Path cgroup, OpenFiles files) throws SystemCallException;

  Sample.Memory memory(Path cgroup, OpenFiles files) throws SystemCallException;

  OptionalLong pids(Path cgroup, OpenFiles files) throws SystemCallException;

  OptionalLong pidsLimit(Path cgroup, OpenFiles files) throws SystemCallException;

  Sample.BlockIo blockIo(Path cgroup, OpenFiles files) throws SystemCallException;

  @Override
  void close();
}
