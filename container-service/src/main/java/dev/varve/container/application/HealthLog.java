package dev.varve.container.application;

import dev.varve.container.domain.HealthRules.Health;
import java.io.IOException;
import java.util.Optional;

/**
 * What probes found, kept on the container's node: too much, and of too little use afterwards, for
 * the log, which learns of changes alone.
 */
public interface HealthLog {

  /**
   * @param startTicks of the run that was looked at last
   */
  record Known(long startTicks, Health health) {}

  Optional<Known> read(String containerId) throws IOException;

  /** Replaces it as a whole; fails when the container has no directory any more. */
  void write(String containerId, Known known) throws IOException;
}
