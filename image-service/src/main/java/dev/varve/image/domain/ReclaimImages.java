package dev.varve.image.domain;

import dev.varve.eventlog.Decision;
import dev.varve.image.domain.CatalogState.ImageState;
import dev.varve.image.domain.ImageEvent.ImageReclaimed;
import java.util.List;

/** Records that removed images' own blobs are gone; nothing of those that came back meanwhile. */
public record ReclaimImages(List<Digest> imageIds) {

  public Decision<ImageEvent, Integer> decide(Catalog catalog) {
    List<Decision.Draft<ImageEvent>> events =
        imageIds.stream()
            .filter(id -> catalog.live().get(Subjects.image(id)) instanceof ImageState.Removed)
            .map(id -> new Decision.Draft<ImageEvent>(Subjects.image(id), new ImageReclaimed(id)))
            .toList();
    return new Decision.Accepted<>(events, events.size());
  }
}
