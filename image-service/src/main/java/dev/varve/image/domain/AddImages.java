package dev.varve.image.domain;

import dev.varve.eventlog.Decision;
import dev.varve.image.domain.ImageEvent.ImageAdded;
import dev.varve.image.domain.ImageEvent.ReferenceSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Records images whose blobs are complete in the content store, with the references they came with.
 * All or none.
 *
 * @param incomplete ids of present images whose own blobs got lost: they take the arriving blobs
 */
public record AddImages(List<Arrival> arrivals, Set<Digest> incomplete) {

  /** An image and the references that shall point at it. */
  public record Arrival(Image image, List<Reference> references) {
    public Arrival {
      references = List.copyOf(references);
    }
  }

  /**
   * What became of one arrival.
   *
   * @param moved references taken from another image, with that image
   */
  public record Added(Arrival arrival, Map<Reference, Digest> moved) {}

  public Decision.Accepted<ImageEvent, List<Added>> decide(Catalog catalog) {
    List<Decision.Draft<ImageEvent>> events = new ArrayList<>();
    List<Added> answer = new ArrayList<>();
    Map<Reference, Digest> setHere = new LinkedHashMap<>();
    Set<Digest> addedHere = new HashSet<>();
    for (Arrival arrival : arrivals) {
      Image image = arrival.image();
      boolean wanted = catalog.image(image.id()).isEmpty() || incomplete.contains(image.id());
      if (wanted && addedHere.add(image.id())) {
        events.add(new Decision.Draft<>(Subjects.image(image.id()), new ImageAdded(image)));
      }
      Map<Reference, Digest> moved = new LinkedHashMap<>();
      for (Reference reference : arrival.references()) {
        Optional<Digest> before =
            Optional.ofNullable(setHere.get(reference))
                .or(() -> catalog.pointedAt(reference).map(Image::id));
        setHere.put(reference, image.id());
        if (before.filter(image.id()::equals).isPresent()) {
          continue;
        }
        before.ifPresent(id -> moved.put(reference, id));
        events.add(
            new Decision.Draft<>(
                Subjects.reference(reference),
                new ReferenceSet(reference, image.id(), before, image.origin())));
      }
      answer.add(new Added(arrival, Map.copyOf(moved)));
    }
    return new Decision.Accepted<>(List.copyOf(events), List.copyOf(answer));
  }
}
