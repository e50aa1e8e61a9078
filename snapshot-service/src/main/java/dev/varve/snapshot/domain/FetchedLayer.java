package dev.varve.snapshot.domain;

/** A layer whose blob is there before its image is, until the image service gives it up. */
public record FetchedLayer(Layer layer) implements ImageState {}
