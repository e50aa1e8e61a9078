package dev.varve.image.domain;

import java.util.Set;

/** The few events of the container topic that matter to images. */
public sealed interface ContainerFact {

  /**
   * @param images ids of the one it is made from and of those that it has mounted, each once
   */
  record Created(String containerId, Set<String> images) implements ContainerFact {
    public Created {
      images = Set.copyOf(images);
    }
  }

  record Started() implements ContainerFact {}

  /** The runtime refused. */
  record StartFailed(int exitCode, String message) implements ContainerFact {}

  /**
   * @param error not empty when the exit code could not be learnt
   */
  record Exited(int exitCode, boolean oomKilled, String error) implements ContainerFact {}

  record Removed() implements ContainerFact {}

  /** What a build asked for could not be made or started. */
  record RunRefused(String message) implements ContainerFact {}
}
