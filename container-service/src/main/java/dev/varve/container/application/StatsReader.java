package dev.varve.container.application;

import java.io.IOException;
import java.util.Optional;

/** The kernel's figures about runs. Any thread; a read takes some ten microseconds. */
public interface StatsReader extends AutoCloseable {

  /**
   * A run.
   *
   * @param ownNetwork whether its interfaces are its own
   * @param cgroupParent of its cgroup; empty for the engine's own
   */
  record Run(String containerId, int pid, boolean ownNetwork, String cgroupParent) {}

  /** Empty when the run has ended. */
  Optional<Sample> read(Run run) throws IOException;

  /** Lets go of what is kept open for reading a container again. */
  void forget(String containerId);

  @Override
  void close();
}
