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

  /** From here on it may be running. */
  record StartRequested() implements ContainerEvent {}

  record StartFailed() implements ContainerEvent {}

  /**
   * @param volumes its anonymous volumes shall go with it
   */
  record RemoveRequested(boolean volumes) implements ContainerEvent {}

  record Started() implements ContainerEvent {}

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
      case StartRequested _, Started _ -> before == null ? null : before.running(true);
      case StartFailed _, Exited _ -> before == null ? null : before.running(false);
      case RemoveRequested(boolean volumes) ->
          before == null ? null : before.takingVolumes(volumes);
      case Removed _ -> null;
    };
  }
}
