package dev.varve.image.domain;

import dev.varve.eventlog.Decision;
import dev.varve.image.domain.CatalogState.ImageState;
import dev.varve.image.domain.ImageEvent.ImageReclaimed;

/** Records that a removed image's own blobs are gone; nothing when it came back meanwhile. */
public record ReclaimImage(Digest imageId) {

  public Decision<ImageEvent, Boolean> decide(Catalog catalog) {
    return catalog.live().get(Subjects.image(imageId)) instanceof ImageState.Removed
        ? Decision.accept(Subjects.image(imageId), new ImageReclaimed(imageId), true)
        : Decision.nothing(false);
  }
}
