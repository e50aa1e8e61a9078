package dev.varve.container.application;

import dev.varve.eventlog.Event;
import dev.varve.eventlog.Evolution;
import dev.varve.eventlog.Subject;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A container's root file system as far as starting it is concerned.
 *
 * @param rootPath of the last that was prepared; empty when none ever was
 * @param generation of the last that was prepared
 * @param volumeMounts volumes that are mounts of their own, by where they are mounted
 * @param failure when the last attempt to prepare it failed
 */
public record Snapshot(
    String rootPath, int generation, List<String> volumeMounts, Optional<String> failure) {
  public Snapshot {
    volumeMounts = List.copyOf(volumeMounts);
  }

  static Subject subject(String containerId) {
    return new Subject("snapshot", containerId);
  }

  /** The fold of the snapshot service's topic; its other subjects have no state here. */
  public static Evolution<Snapshot, SnapshotEvent> evolution() {
    return Snapshot::evolve;
  }

  private static @Nullable Snapshot evolve(@Nullable Snapshot before, Event<SnapshotEvent> event) {
    return switch (event.data()) {
      case SnapshotEvent.Prepared(String rootPath, int generation, List<String> volumeMounts) ->
          new Snapshot(rootPath, generation, volumeMounts, Optional.empty());
      case SnapshotEvent.PrepareFailed(String message) ->
          before == null
              ? new Snapshot("", 0, List.of(), Optional.of(message))
              : new Snapshot(
                  before.rootPath, before.generation, before.volumeMounts, Optional.of(message));
      case SnapshotEvent.Removed _, SnapshotEvent.OfOther _ -> null;
    };
  }
}
