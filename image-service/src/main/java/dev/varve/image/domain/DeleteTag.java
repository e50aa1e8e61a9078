package dev.varve.image.domain;

import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Problem;
import dev.varve.image.domain.CatalogState.CacheEntry;
import dev.varve.image.domain.CatalogState.FetchedLayer;
import dev.varve.image.domain.CatalogState.HostingState;
import dev.varve.image.domain.CatalogState.ImageState;
import dev.varve.image.domain.CatalogState.Packing;
import dev.varve.image.domain.CatalogState.ReferenceState;
import dev.varve.image.domain.CatalogState.RunningBuild;
import dev.varve.image.domain.CatalogState.TaggedManifest;
import dev.varve.image.domain.ImageEvent.ManifestUntagged;
import dev.varve.image.domain.ImageEvent.ReferenceDropped;

/** Frees a tag by the registry's rules: what it named stays, if only by its digest. */
public record DeleteTag(Reference tag) {

  public Decision<ImageEvent, Boolean> decide(Catalog catalog) {
    return switch (catalog.live().get(Subjects.reference(tag))) {
      case ReferenceState state ->
          Decision.accept(
              Subjects.reference(tag), new ReferenceDropped(tag, state.imageId()), true);
      case TaggedManifest state ->
          Decision.accept(Subjects.reference(tag), new ManifestUntagged(tag, state.target()), true);
      case ImageState _, FetchedLayer _, HostingState _, Packing _, RunningBuild _, CacheEntry _ ->
          throw new IllegalStateException("no state of a reference: " + tag);
      case null -> Decision.reject(Problem.Code.NOT_FOUND, "MANIFEST_UNKNOWN manifest unknown");
    };
  }
}
