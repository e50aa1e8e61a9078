package dev.varve.snapshot.domain;

/** The state of one subject of the image service's topic, as far as it matters to file systems. */
public sealed interface ImageState permits Image, FetchedLayer {}
