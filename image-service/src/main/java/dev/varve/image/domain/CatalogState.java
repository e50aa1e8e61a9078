package dev.varve.image.domain;

import java.time.Instant;

/** The state of one subject of the image topic. */
public sealed interface CatalogState {

  /** State of a subject {@code image/<id>}. */
  sealed interface ImageState extends CatalogState {
    Image image();

    /** Can be listed, run, saved. */
    record Present(Image image) implements ImageState {}

    /** Cannot be found any more, but its blobs were not reclaimed yet. */
    record Removed(Image image) implements ImageState {}
  }

  /**
   * State of a subject {@code reference/<canonical reference>}.
   *
   * @param setAt when it was last set
   */
  record ReferenceState(Reference reference, Digest imageId, Instant setAt)
      implements CatalogState {}

  /** State of a subject {@code layer/<chain id>}: fetched ahead of its image. */
  record FetchedLayer(ChainId chainId) implements CatalogState {}
}
