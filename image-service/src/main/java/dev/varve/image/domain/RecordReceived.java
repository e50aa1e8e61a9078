package dev.varve.image.domain;

import dev.varve.eventlog.Decision;
import dev.varve.image.domain.CatalogState.ReferenceState;
import dev.varve.image.domain.CatalogState.TaggedManifest;
import dev.varve.image.domain.ImageEvent.ImageAdded;
import dev.varve.image.domain.ImageEvent.ManifestReceived;
import dev.varve.image.domain.ImageEvent.ManifestTagged;
import dev.varve.image.domain.ImageEvent.ReferenceSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Records a manifest that somebody pushed here and whose blobs are all there: the manifest, the
 * image that it is for this machine, if it is one, and the tag.
 *
 * @param adopted manifests that an index lists and that were only part of an image so far
 * @param image what can be run here: the manifest's own, or of an index the one for this machine
 * @param complete false when the present image lost a blob, so that it takes the arriving ones
 * @param target with a tag, or with the manifest's digest
 */
public record RecordReceived(
    HostedManifest manifest,
    List<HostedManifest> adopted,
    Optional<Image> image,
    boolean complete,
    Reference target) {

  public Decision<ImageEvent, Boolean> decide(Catalog catalog) {
    List<Decision.Draft<ImageEvent>> events = new ArrayList<>();
    adopted.forEach(other -> receive(catalog, other, events));
    receive(catalog, manifest, events);
    if (image.isPresent()) {
      add(catalog, image.get(), events);
      set(catalog, target, image.get(), events);
      if (target.tag().isPresent()) {
        set(catalog, manifest.name(), image.get(), events);
      }
    } else if (target.tag().isPresent()) {
      tag(catalog, events);
    }
    return new Decision.Accepted<>(List.copyOf(events), !events.isEmpty());
  }

  private static void receive(
      Catalog catalog, HostedManifest arrived, List<Decision.Draft<ImageEvent>> events) {
    if (catalog.manifest(arrived.name()).isEmpty()) {
      events.add(
          new Decision.Draft<>(Subjects.manifest(arrived.name()), new ManifestReceived(arrived)));
    }
  }

  private void add(Catalog catalog, Image arrived, List<Decision.Draft<ImageEvent>> events) {
    if (!complete || catalog.image(arrived.id()).isEmpty()) {
      events.add(new Decision.Draft<>(Subjects.image(arrived.id()), new ImageAdded(arrived)));
    }
  }

  private void set(
      Catalog catalog,
      Reference reference,
      Image arrived,
      List<Decision.Draft<ImageEvent>> events) {
    Optional<Digest> now = catalog.pointedAt(reference).map(Image::id);
    boolean same =
        catalog.live().get(Subjects.reference(reference)) instanceof ReferenceState state
            && state.imageId().equals(arrived.id())
            && state.manifest().filter(manifest.digest()::equals).isPresent();
    if (same && now.isPresent()) {
      return;
    }
    events.add(
        new Decision.Draft<>(
            Subjects.reference(reference),
            new ReferenceSet(
                reference,
                arrived.id(),
                now.filter(id -> !id.equals(arrived.id())),
                manifest.origin())));
  }

  private void tag(Catalog catalog, List<Decision.Draft<ImageEvent>> events) {
    boolean same =
        catalog.live().get(Subjects.reference(target)) instanceof TaggedManifest state
            && state.target().equals(manifest.digest());
    if (!same) {
      events.add(
          new Decision.Draft<>(
              Subjects.reference(target),
              new ManifestTagged(
                  target,
                  manifest.digest(),
                  catalog.pointedAt(target).map(Image::id),
                  manifest.origin())));
    }
  }
}
