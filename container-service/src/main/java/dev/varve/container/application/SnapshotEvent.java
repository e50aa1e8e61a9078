package dev.varve.container.application;

/** What this service reads of the snapshot service's topic. */
public sealed interface SnapshotEvent {
  record Prepared(String rootPath, int generation) implements SnapshotEvent {}

  record PrepareFailed(String message) implements SnapshotEvent {}

  record Removed() implements SnapshotEvent {}

  /** Known, and of no concern to containers: layers come and go. */
  record OfLayer() implements SnapshotEvent {}
}
