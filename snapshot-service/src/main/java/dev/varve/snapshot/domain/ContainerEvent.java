package dev.varve.snapshot.domain;

import dev.varve.eventlog.Event;
import dev.varve.eventlog.Evolution;
import dev.varve.eventlog.Subject;
import org.jspecify.annotations.Nullable;

/** The facts of the container service that matter to file systems and volumes. */
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

  /**
   * @param pid of its first process, on its node; 0 when the run was over before it was seen
   * @param startTicks tell that process from a later one with its pid
   */
  record Started(int pid, long startTicks) implements ContainerEvent {}

  record Exited() implements ContainerEvent {}

  record Removed() implements ContainerEvent {}

  record LeaseOpened(String leaseId) implements ContainerEvent {}

  /** What was made under it goes. */
  record LeaseEnded() implements ContainerEvent {}

  static Subject subject(String containerId) {
    return new Subject("container", containerId);
  }

  static Subject leaseSubject(String leaseId) {
    return new Subject("lease", leaseId);
  }

  /** The fold to live containers and open leases. */
  static Evolution<ContainerState, ContainerEvent> evolution() {
    return ContainerEvent::evolve;
  }

  private static @Nullable ContainerState evolve(
      @Nullable ContainerState state, Event<ContainerEvent> event) {
    Container before = state instanceof Container container ? container : null;
    return switch (event.data()) {
      case Created(Container container) -> container;
      case RootFilesystemMissing _ -> before;
      case StartRequested _ -> before == null ? null : before.begins();
      case Started(int pid, long startTicks) ->
          before == null ? null : before.in(new Container.Run(pid, startTicks));
      case StartFailed _, Exited _ -> before == null ? null : before.in(null);
      case RemoveRequested(boolean volumes) ->
          before == null ? null : before.takingVolumes(volumes);
      case LeaseOpened(String leaseId) -> new OpenLease(leaseId);
      case Removed _, LeaseEnded _ -> null;
    };
  }
}
