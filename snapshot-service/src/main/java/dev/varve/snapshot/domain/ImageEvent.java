package dev.varve.snapshot.domain;

import dev.varve.eventlog.Event;
import dev.varve.eventlog.Evolution;
import dev.varve.eventlog.Subject;
import org.jspecify.annotations.Nullable;

/**
 * The facts of the image service that matter to file systems. That an image was removed does not: a
 * container made from it may have to be mounted again, from layers applied again.
 */
public sealed interface ImageEvent {
  record Added(Image image) implements ImageEvent {}

  /** No container is made from the removed image any more, and its blobs are gone. */
  record Reclaimed(String imageId) implements ImageEvent {}

  /** The layer's blob, and those of all layers below it, are there ahead of an image. */
  record LayerFetched(Layer layer) implements ImageEvent {}

  /** No image came of a fetched layer, or that image is gone. */
  record LayerAbandoned(ChainId chainId) implements ImageEvent {}

  static Subject subject(String imageId) {
    return new Subject("image", imageId);
  }

  static Subject layerSubject(ChainId chainId) {
    return new Subject("layer", chainId.text());
  }

  /** The fold to images and layers that somebody may need. */
  static Evolution<ImageState, ImageEvent> evolution() {
    return ImageEvent::evolve;
  }

  private static @Nullable ImageState evolve(@Nullable ImageState before, Event<ImageEvent> event) {
    return switch (event.data()) {
      case Added(Image image) -> image;
      case LayerFetched(Layer layer) -> new FetchedLayer(layer);
      case Reclaimed _, LayerAbandoned _ -> null;
    };
  }
}
