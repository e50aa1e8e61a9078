package dev.varve.snapshot.domain;

import dev.varve.eventlog.Event;
import dev.varve.eventlog.Evolution;
import dev.varve.eventlog.Subject;
import org.jspecify.annotations.Nullable;

/** The facts of the container service that matter to file systems. */
public sealed interface ContainerEvent {
  record Created(Container container) implements ContainerEvent {}

  /** The container's owner did not find the root file system where it was announced. */
  record RootFilesystemMissing() implements ContainerEvent {}

  /**
   * @param pid of its first process, on its node; 0 when the run was over before it was seen
   * @param startTicks tell that process from a later one with its pid
   */
  record Started(int pid, long startTicks) implements ContainerEvent {}

  record Exited() implements ContainerEvent {}

  record Removed() implements ContainerEvent {}

  static Subject subject(String containerId) {
    return new Subject("container", containerId);
  }

  /** The fold to live containers. */
  static Evolution<Container, ContainerEvent> evolution() {
    return ContainerEvent::evolve;
  }

  private static @Nullable Container evolve(
      @Nullable Container before, Event<ContainerEvent> event) {
    return switch (event.data()) {
      case Created(Container container) -> container;
      case RootFilesystemMissing _ -> before;
      case Started(int pid, long startTicks) ->
          before == null ? null : before.in(new Container.Run(pid, startTicks));
      case Exited _ -> before == null ? null : before.in(null);
      case Removed _ -> null;
    };
  }
}
