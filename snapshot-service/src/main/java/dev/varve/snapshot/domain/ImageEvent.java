package dev.varve.snapshot.domain;

import dev.varve.eventlog.Event;
import dev.varve.eventlog.Evolution;
import dev.varve.eventlog.Subject;
import org.jspecify.annotations.Nullable;

/** The facts of the image service that matter to file systems. */
public sealed interface ImageEvent {
  record Added(Image image) implements ImageEvent {}

  record Removed(String imageId) implements ImageEvent {}

  static Subject subject(String imageId) {
    return new Subject("image", imageId);
  }

  /** The fold to live images. */
  static Evolution<Image, ImageEvent> evolution() {
    return ImageEvent::evolve;
  }

  private static @Nullable Image evolve(@Nullable Image before, Event<ImageEvent> event) {
    return switch (event.data()) {
      case Added(Image image) -> image;
      case Removed _ -> null;
    };
  }
}
