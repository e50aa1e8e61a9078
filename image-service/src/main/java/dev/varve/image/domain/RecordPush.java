package dev.varve.image.domain;

import dev.varve.eventlog.Decision;
import dev.varve.image.domain.ImageEvent.Pushed;
import dev.varve.image.domain.ImageEvent.ReferenceSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Records a push: the image is known by its digest within the repository from now on. */
public record RecordPush(Reference reference, Digest imageId, Digest manifest) {

  public Decision<ImageEvent, Boolean> decide(Catalog catalog) {
    Origin origin = Origin.push(reference, manifest);
    List<Decision.Draft<ImageEvent>> events = new ArrayList<>();
    Reference byDigest = reference.atDigest(manifest);
    Optional<Digest> now = catalog.pointedAt(byDigest).map(Image::id);
    boolean known = now.filter(imageId::equals).isPresent();
    if (!known && catalog.image(imageId).isPresent()) {
      events.add(
          new Decision.Draft<>(
              Subjects.reference(byDigest), new ReferenceSet(byDigest, imageId, now, origin)));
    }
    events.add(
        new Decision.Draft<>(
            Subjects.reference(reference), new Pushed(reference, imageId, origin)));
    return new Decision.Accepted<>(List.copyOf(events), true);
  }
}
