package dev.varve.image.domain;

import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Problem;
import dev.varve.image.domain.ImageEvent.ReferenceSet;
import java.util.Optional;

/**
 * Lets a reference point at an image, taking it from another if need be. A person's tagging is
 * recorded each time, as Docker's tag event and last tag time are.
 */
public record SetReference(Reference reference, Digest imageId) {

  public Decision<ImageEvent, Reference> decide(Catalog catalog) {
    if (catalog.image(imageId).isEmpty()) {
      return Decision.reject(Problem.Code.NOT_FOUND, "No such image: " + imageId);
    }
    Optional<Digest> previous =
        catalog.pointedAt(reference).map(Image::id).filter(id -> !id.equals(imageId));
    return Decision.accept(
        Subjects.reference(reference),
        new ReferenceSet(reference, imageId, previous, Origin.NONE),
        reference);
  }
}
