package dev.varve.image.application;

import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.image.application.ImageArchives.SavedImage;
import dev.varve.image.domain.Catalog;
import dev.varve.image.domain.CatalogState.ReferenceState;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.Reference;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code docker save}: ids save an image without a name, a bare repository all its tags. */
public final class SaveImages {
  private final ImageArchives archives;
  private final ContentStore content;
  private final ImageLog images;
  private final ImageConfigs configs;

  public SaveImages(
      ImageArchives archives, ContentStore content, ImageLog images, ImageConfigs configs) {
    this.archives = archives;
    this.content = content;
    this.images = images;
    this.configs = configs;
  }

  /**
   * Writes the named images as one archive.
   *
   * @param platform what all of them must be for, or empty
   * @throws ProblemException before the first byte when a name cannot be found
   */
  public void save(List<String> names, String platform, OutputStream out) throws IOException {
    Optional<Platform> wantedPlatform = Platforms.wanted(platform);
    Map<Digest, Set<Reference>> wanted = new LinkedHashMap<>();
    Catalog catalog = images.catalog();
    names.forEach(name -> add(catalog, name, wanted));
    ContentStore.Lease lease = content.lease();
    try {
      List<SavedImage> saved = new ArrayList<>();
      for (var entry : wanted.entrySet()) {
        Image image =
            catalog
                .image(entry.getKey())
                .orElseThrow(() -> Catalog.noSuchImage(entry.getKey().value()));
        Platforms.require(wantedPlatform, image, shown(entry));
        HeldImages.hold(image, lease, content);
        saved.add(
            new SavedImage(
                image, configs.of(image).config(), entry.getValue().stream().sorted().toList()));
      }
      archives.write(saved, out);
    } finally {
      lease.release(images::referencedBlobs);
    }
  }

  private static String shown(Map.Entry<Digest, Set<Reference>> image) {
    return image.getValue().stream()
        .findFirst()
        .map(Reference::familiar)
        .orElse(image.getKey().value());
  }

  private static void add(Catalog catalog, String name, Map<Digest, Set<Reference>> wanted) {
    if (Digest.isDigest(name) || name.matches("[0-9a-f]{64}")) {
      wanted.computeIfAbsent(catalog.resolve(name).id(), id -> new LinkedHashSet<>());
      return;
    }
    Reference reference = Catalog.parse(name, Reference::parse);
    List<ReferenceState> tags =
        reference.isNameOnly() ? catalog.referencesOfRepository(reference.name()) : List.of();
    for (ReferenceState tag : tags) {
      add(wanted, tag.imageId(), tag.reference());
    }
    if (!tags.isEmpty()) {
      return;
    }
    if (reference.isNameOnly() || reference.familiarName().equals("sha256")) {
      Image image = catalog.withIdPrefix(name).orElseThrow(() -> Catalog.noSuchImage(name));
      wanted.computeIfAbsent(image.id(), id -> new LinkedHashSet<>());
      return;
    }
    Image image = catalog.pointedAt(reference).orElseThrow(SaveImages::noReference);
    add(wanted, image.id(), reference.lookupKey());
  }

  private static void add(Map<Digest, Set<Reference>> wanted, Digest imageId, Reference reference) {
    Set<Reference> references = wanted.computeIfAbsent(imageId, id -> new LinkedHashSet<>());
    if (reference.tag().isPresent()) {
      references.add(reference);
    }
  }

  private static ProblemException noReference() {
    return new Problem(Problem.Code.NOT_FOUND, "reference does not exist").asException();
  }
}
