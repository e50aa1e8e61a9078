package dev.varve.image.domain;

import dev.varve.eventlog.Decision;
import dev.varve.image.domain.ImageEvent.ManifestDropped;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Hosted manifests that go: those that were named, and of an index also what nothing else names.
 * What is signed by, or about, a manifest that goes stays: its own digest is still good.
 */
final class DroppedManifests {
  private DroppedManifests() {}

  /**
   * @param names of one repository, with a digest each; what is not hosted is passed over
   */
  static List<Decision.Draft<ImageEvent>> drafts(Catalog catalog, Set<Reference> names) {
    Map<Reference, HostedManifest> dropped = new LinkedHashMap<>();
    Deque<Reference> open = new ArrayDeque<>(names);
    while (!open.isEmpty()) {
      Reference name = open.remove();
      catalog
          .manifest(name)
          .filter(manifest -> dropped.putIfAbsent(name, manifest) == null)
          .ifPresent(manifest ->
              manifest.manifests().stream()
                  .map(name::atDigest)
                  .filter(child -> isOrphan(catalog, child, dropped.keySet()))
                  .forEach(open::add));
    }
    return dropped.values().stream()
        .map(manifest ->
            new Decision.Draft<ImageEvent>(
                Subjects.manifest(manifest.name()),
                new ManifestDropped(manifest.repository(), manifest.digest())))
        .toList();
  }

  private static boolean isOrphan(Catalog catalog, Reference child, Set<Reference> dropped) {
    Digest digest = child.digest().orElseThrow();
    Set<Digest> tagged =
        catalog.namesIn(child.name()).stream()
            .flatMap(name -> name.manifest().stream())
            .collect(Collectors.toSet());
    return !tagged.contains(digest)
        && catalog.manifestsOf(child.name()).stream()
            .filter(manifest -> !dropped.contains(manifest.name()))
            .noneMatch(manifest -> manifest.manifests().contains(digest));
  }
}
