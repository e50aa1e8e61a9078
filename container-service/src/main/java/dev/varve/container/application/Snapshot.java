package dev.varve.container.application;

import dev.varve.eventlog.Event;
import dev.varve.eventlog.Evolution;
import dev.varve.eventlog.Subject;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A container's root file system as far as starting it is concerned.
 *
 * @param rootPath of the last that was prepared; empty when none ever was
 * @param generation of the last that was prepared
 * @param failure when the last attempt to prepare it failed
 */
public record Snapshot(String rootPath, int generation, Optional<String> failure) {

  static Subject subject(String containerId) {
    return new Subject("snapshot", containerId);
  }

  /** The fold of the snapshot service's topic; its other subjects have no state here. */
  public static Evolution<Snapshot, SnapshotEvent> evolution() {
    return Snapshot::evolve;
  }

  private static @Nullable Snapshot evolve(@Nullable Snapshot before, Event<SnapshotEvent> event) {
    return switch (event.data()) {
      case SnapshotEvent.Prepared(String rootPath, int generation) ->
          new Snapshot(rootPath, generation, Optional.empty());
      case SnapshotEvent.PrepareFailed(String message) ->
          before == null
              ? new Snapshot("", 0, Optional.of(message))
              : new Snapshot(before.rootPath, before.generation, Optional.of(message));
      case SnapshotEvent.Removed _, SnapshotEvent.OfLayer _ -> null;
    };
  }
}
