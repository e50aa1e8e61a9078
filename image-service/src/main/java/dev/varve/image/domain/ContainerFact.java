package dev.varve.image.domain;

/** The few events of the container topic that matter to images. */
public sealed interface ContainerFact {

  record Created(String containerId, String imageId) implements ContainerFact {}

  record Started() implements ContainerFact {}

  record Exited() implements ContainerFact {}

  record Removed() implements ContainerFact {}
}
