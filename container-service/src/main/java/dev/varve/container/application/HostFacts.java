package dev.varve.container.application;

import dev.varve.container.domain.KernelSupport;
import java.io.IOException;
import java.util.OptionalLong;

/** What the use cases need to know about the machine. */
public interface HostFacts {
  /** Changes with each boot. */
  String bootId() throws IOException;

  String hostname() throws IOException;

  KernelSupport kernel() throws IOException;

  /**
   * The hard limit this process can give to others, or empty when it may give any.
   *
   * @param ulimit Docker's name, for example {@code nofile}
   */
  OptionalLong hardLimit(String ulimit) throws IOException;

  /**
   * The output of the host's ps.
   *
   * @throws IOException with what ps complained about
   */
  String ps(String arguments) throws IOException;
}
