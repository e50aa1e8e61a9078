package dev.varve.image.domain;

import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Subject;
import dev.varve.image.domain.CatalogState.ImageState;
import dev.varve.image.domain.CatalogState.ReferenceState;
import dev.varve.image.domain.ImageEvent.ImageRemoved;
import dev.varve.image.domain.ImageEvent.ManifestDropped;
import dev.varve.image.domain.ImageEvent.ReferenceDropped;
import dev.varve.image.domain.RemoveImage.Outcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Removes images one after the other as somebody would by hand, without force: what is refused
 * stays. An image goes by its references if it has some, else by its id.
 *
 * @param candidates in the order of removal
 * @param tagged takes images that have tags, too
 */
public record RemoveUnneeded(List<Digest> candidates, boolean tagged) {

  public Decision<ImageEvent, List<Outcome>> decide(
      Catalog catalog, Collection<ContainerUse> containers) {
    Map<Subject, CatalogState> left = new HashMap<>(catalog.live());
    List<Decision.Draft<ImageEvent>> events = new ArrayList<>();
    List<Outcome> outcomes = new ArrayList<>();
    for (Digest candidate : candidates) {
      for (String name : names(new Catalog(left), candidate)) {
        Catalog now = new Catalog(left);
        Optional<Image> image = now.image(candidate);
        if (image.isPresent()
            && new RemoveImage(name, image.get(), false, true).decide(now, containers)
                instanceof Decision.Accepted<ImageEvent, List<Outcome>>(var drafts, var removed)) {
          drafts.forEach(draft -> apply(draft, left));
          events.addAll(drafts);
          outcomes.addAll(removed);
        }
      }
    }
    return new Decision.Accepted<>(List.copyOf(events), List.copyOf(outcomes));
  }

  /** What to ask for, as long as the image is one to go. */
  private List<String> names(Catalog now, Digest candidate) {
    List<Reference> references =
        now.references(candidate).stream().map(ReferenceState::reference).toList();
    if (references.isEmpty()) {
      return now.hasChildren(candidate) ? List.of() : List.of(candidate.hex());
    }
    boolean hasTag = references.stream().anyMatch(reference -> reference.tag().isPresent());
    return tagged || !hasTag ? references.stream().map(Reference::canonical).toList() : List.of();
  }

  private static void apply(Decision.Draft<ImageEvent> draft, Map<Subject, CatalogState> left) {
    if (draft.event() instanceof ReferenceDropped || draft.event() instanceof ManifestDropped) {
      left.remove(draft.subject());
    } else if (draft.event() instanceof ImageRemoved
        && left.get(draft.subject()) instanceof ImageState state) {
      left.put(draft.subject(), new ImageState.Removed(state.image()));
    }
  }
}
