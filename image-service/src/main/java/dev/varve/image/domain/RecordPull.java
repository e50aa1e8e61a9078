package dev.varve.image.domain;

import dev.varve.eventlog.Decision;
import dev.varve.image.domain.ImageEvent.ImageAdded;
import dev.varve.image.domain.ImageEvent.Pulled;
import dev.varve.image.domain.ImageEvent.ReferenceSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Records a pull whose blobs are all there: the image unless it is known with the same manifest,
 * its tag, and its digest within the repository.
 *
 * @param complete false when the present image lost a blob, so that it takes the arriving ones
 */
public record RecordPull(Image image, boolean complete, Reference pulled, Origin origin) {

  /**
   * What a pull changed.
   *
   * @param news whether a reference was set
   * @param replaced the facts of the image that were true before
   */
  public record Outcome(boolean news, Optional<Image> replaced) {}

  public Decision<ImageEvent, Outcome> decide(Catalog catalog) {
    List<Decision.Draft<ImageEvent>> events = new ArrayList<>();
    Optional<Image> before = catalog.image(image.id());
    boolean same =
        complete && before.filter(known -> known.manifest().equals(image.manifest())).isPresent();
    if (!same) {
      events.add(new Decision.Draft<>(Subjects.image(image.id()), new ImageAdded(image)));
    }
    Reference asked = pulled.lookupKey();
    boolean news = set(catalog, asked, events);
    origin
        .remote()
        .map(remote -> asked.atDigest(remote.manifest()))
        .filter(byDigest -> !byDigest.equals(asked))
        .ifPresent(byDigest -> set(catalog, byDigest, events));
    events.add(
        new Decision.Draft<>(Subjects.reference(asked), new Pulled(asked, image.id(), origin)));
    return new Decision.Accepted<>(
        List.copyOf(events), new Outcome(news, same ? Optional.empty() : before));
  }

  private boolean set(
      Catalog catalog, Reference reference, List<Decision.Draft<ImageEvent>> events) {
    Optional<Digest> now = catalog.pointedAt(reference).map(Image::id);
    if (now.filter(image.id()::equals).isPresent()) {
      return false;
    }
    events.add(
        new Decision.Draft<>(
            Subjects.reference(reference), new ReferenceSet(reference, image.id(), now, origin)));
    return true;
  }
}
