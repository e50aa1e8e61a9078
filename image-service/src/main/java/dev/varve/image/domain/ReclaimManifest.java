package dev.varve.image.domain;

import dev.varve.eventlog.Decision;
import dev.varve.image.domain.CatalogState.HostingState;
import dev.varve.image.domain.ImageEvent.ManifestReclaimed;

/** Records that a dropped manifest's own blobs are gone; nothing when it came back meanwhile. */
public record ReclaimManifest(HostedManifest manifest) {

  public Decision<ImageEvent, Boolean> decide(Catalog catalog) {
    return catalog.live().get(Subjects.manifest(manifest.name())) instanceof HostingState.Dropped
        ? Decision.accept(
            Subjects.manifest(manifest.name()),
            new ManifestReclaimed(manifest.repository(), manifest.digest()),
            true)
        : Decision.nothing(false);
  }
}
