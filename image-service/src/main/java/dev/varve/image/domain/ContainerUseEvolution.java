package dev.varve.image.domain;

import dev.varve.eventlog.Event;
import dev.varve.eventlog.Evolution;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The image service's own fold of the container topic. */
public final class ContainerUseEvolution implements Evolution<ContainerUse, ContainerFact> {

  @Override
  public @Nullable ContainerUse evolve(@Nullable ContainerUse state, Event<ContainerFact> event) {
    return switch (event.data()) {
      case ContainerFact.Created(String containerId, Set<String> images) ->
          new ContainerUse(containerId, images, false);
      case ContainerFact.Started started -> running(state, true);
      case ContainerFact.StartFailed failed -> state;
      case ContainerFact.Exited exited -> running(state, false);
      case ContainerFact.Removed removed -> null;
      case ContainerFact.RunRefused refused -> null;
    };
  }

  private static @Nullable ContainerUse running(@Nullable ContainerUse state, boolean running) {
    return state == null ? null : new ContainerUse(state.containerId(), state.images(), running);
  }
}
