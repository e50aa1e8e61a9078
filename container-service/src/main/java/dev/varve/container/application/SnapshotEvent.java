package dev.varve.container.application;

import java.util.List;

/** What this service reads of the snapshot service's topic. */
public sealed interface SnapshotEvent {
  record Prepared(String rootPath, int generation, List<String> volumeMounts)
      implements SnapshotEvent {
    public Prepared {
      volumeMounts = List.copyOf(volumeMounts);
    }
  }

  record PrepareFailed(String message) implements SnapshotEvent {}

  record Removed() implements SnapshotEvent {}

  /** Known, and of no concern to containers: layers and volumes come and go. */
  record OfOther() implements SnapshotEvent {}
}
