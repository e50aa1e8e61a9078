package dev.varve.image.domain;

import dev.varve.eventlog.Event;
import dev.varve.eventlog.Evolution;
import dev.varve.image.domain.CatalogState.FetchedLayer;
import dev.varve.image.domain.CatalogState.ImageState;
import dev.varve.image.domain.CatalogState.ReferenceState;
import dev.varve.image.domain.ImageEvent.ImageAdded;
import dev.varve.image.domain.ImageEvent.ImageReclaimed;
import dev.varve.image.domain.ImageEvent.ImageRemoved;
import dev.varve.image.domain.ImageEvent.LayerAbandoned;
import dev.varve.image.domain.ImageEvent.LayerFetched;
import dev.varve.image.domain.ImageEvent.PullFailed;
import dev.varve.image.domain.ImageEvent.Pulled;
import dev.varve.image.domain.ImageEvent.PushFailed;
import dev.varve.image.domain.ImageEvent.Pushed;
import dev.varve.image.domain.ImageEvent.ReferenceDropped;
import dev.varve.image.domain.ImageEvent.ReferenceSet;
import org.jspecify.annotations.Nullable;

/** The fold of the image topic. */
public final class CatalogEvolution implements Evolution<CatalogState, ImageEvent> {

  @Override
  public @Nullable CatalogState evolve(@Nullable CatalogState state, Event<ImageEvent> event) {
    return switch (event.data()) {
      case ImageAdded(Image image) -> new ImageState.Present(image);
      case ImageRemoved removed ->
          state instanceof ImageState known ? new ImageState.Removed(known.image()) : null;
      case ImageReclaimed reclaimed -> null;
      case ReferenceSet set -> new ReferenceState(set.reference(), set.imageId(), event.time());
      case ReferenceDropped dropped -> null;
      case Pulled pulled -> state;
      case Pushed pushed -> state;
      case PullFailed failed -> state;
      case PushFailed failed -> state;
      case LayerFetched fetched -> new FetchedLayer(fetched.layer().chainId());
      case LayerAbandoned abandoned -> null;
    };
  }
}
