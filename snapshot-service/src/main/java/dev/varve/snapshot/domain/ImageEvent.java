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

  static Subject subject(String imageId) {
    return new Subject("image", imageId);
  }

  /** The fold to images that somebody may need. */
  static Evolution<Image, ImageEvent> evolution() {
    return ImageEvent::evolve;
  }

  private static @Nullable Image evolve(@Nullable Image before, Event<ImageEvent> event) {
    return switch (event.data()) {
      case Added(Image image) -> image;
      case Reclaimed _ -> null;
    };
  }
}
