package dev.varve.image.domain;

import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Problem;
import dev.varve.image.domain.CatalogState.NamedState;
import dev.varve.image.domain.CatalogState.ReferenceState;
import dev.varve.image.domain.CatalogState.TaggedManifest;
import dev.varve.image.domain.ImageEvent.ImageRemoved;
import dev.varve.image.domain.ImageEvent.ManifestUntagged;
import dev.varve.image.domain.ImageEvent.ReferenceDropped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes a manifest out of a repository, and with it all names that the repository has for it. An
 * image that has no name left goes, unless a container was made from it.
 *
 * @param name of the repository, with the manifest's digest
 * @param images those that are served under this digest
 */
public record DeleteManifest(Reference name, Set<Digest> images) {

  public Decision<ImageEvent, Boolean> decide(
      Catalog catalog, Collection<ContainerUse> containers) {
    Digest digest = name.digest().orElseThrow();
    List<Decision.Draft<ImageEvent>> events = new ArrayList<>();
    Set<Reference> gone = new HashSet<>();
    Set<Digest> unnamed = new HashSet<>();
    for (NamedState state : catalog.namesIn(name.name())) {
      if (!names(catalog, state, digest)) {
        continue;
      }
      gone.add(state.reference());
      switch (state) {
        case ReferenceState reference -> {
          unnamed.add(reference.imageId());
          events.add(
              new Decision.Draft<>(
                  Subjects.reference(reference.reference()),
                  new ReferenceDropped(reference.reference(), reference.imageId())));
        }
        case TaggedManifest tagged ->
            events.add(
                new Decision.Draft<>(
                    Subjects.reference(tagged.reference()),
                    new ManifestUntagged(tagged.reference(), digest)));
      }
    }
    for (Digest image : unnamed) {
      boolean stillNamed =
          catalog.references(image).stream().anyMatch(other -> !gone.contains(other.reference()));
      boolean used = containers.stream().anyMatch(container -> container.uses(image));
      if (!stillNamed && !used && catalog.image(image).isPresent()) {
        events.add(new Decision.Draft<>(Subjects.image(image), new ImageRemoved(image)));
      }
    }
    events.addAll(DroppedManifests.drafts(catalog, Set.of(name)));
    return events.isEmpty()
        ? Decision.reject(Problem.Code.NOT_FOUND, "MANIFEST_UNKNOWN manifest unknown")
        : new Decision.Accepted<>(List.copyOf(events), true);
  }

  private boolean names(Catalog catalog, NamedState state, Digest digest) {
    return switch (state) {
      case ReferenceState reference ->
          reference.manifest().filter(digest::equals).isPresent()
              || reference.reference().digest().filter(digest::equals).isPresent()
              || images.contains(reference.imageId()) && !servesAnother(catalog, reference);
      case TaggedManifest tagged -> tagged.target().equals(digest);
    };
  }

  private static boolean servesAnother(Catalog catalog, ReferenceState reference) {
    return reference
        .manifest()
        .flatMap(digest -> catalog.manifest(reference.reference().atDigest(digest)))
        .isPresent();
  }
}
