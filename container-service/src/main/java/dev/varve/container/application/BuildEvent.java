package dev.varve.container.application;

/** What this service reads of the image service's topic: what builds wish of containers. */
public sealed interface BuildEvent {

  record Started() implements BuildEvent {}

  /** Somebody is to make and start this container. */
  record RunRequested(String containerId) implements BuildEvent {}

  /** The container is needed no more. */
  record RunSettled(String containerId, boolean keep) implements BuildEvent {}

  /** The build came to its end, one way or the other. */
  record Over() implements BuildEvent {}
}
