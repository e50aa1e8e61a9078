package dev.varve.image.adapter.archive;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.image.application.Documents;
import dev.varve.image.application.Documents.ArchiveManifest;
import dev.varve.image.application.ImageArchives.ArchivedLayer;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.ImageConfig;
import dev.varve.image.domain.Origin;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.Reference;
import dev.varve.image.domain.ReferenceFormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the images of a docker-archive: what {@code manifest.json} lists. */
final class DockerArchive {
  static final String MANIFEST = "manifest.json";
  private static final Pattern CONFIG_BY_DIGEST = Pattern.compile("[0-9a-f]{64}\\.json");
  private static final Origin ORIGIN = new Origin(Origin.Kind.LOAD, "docker-archive");

  private final ArchiveEntries entries;
  private final Documents documents;
  private final int maxLayers;
  private final Optional<Platform> wanted;

  /**
   * @param wanted images for other platforms are left out, unless it is empty
   */
  DockerArchive(
      ArchiveEntries entries, Documents documents, int maxLayers, Optional<Platform> wanted) {
    this.entries = entries;
    this.documents = documents;
    this.maxLayers = maxLayers;
    this.wanted = wanted;
  }

  List<ImageDraft> images() throws ArchiveRefusedException {
    List<ImageDraft> drafts = new ArrayList<>();
    for (ArchiveManifest image : documents.archiveManifest(entries.document(MANIFEST))) {
      draft(image).ifPresent(drafts::add);
    }
    return drafts;
  }

  private Optional<ImageDraft> draft(ArchiveManifest image) throws ArchiveRefusedException {
    byte[] config = entries.document(image.config());
    String digest = Digest.of(config).hex();
    if (CONFIG_BY_DIGEST.matcher(image.config()).matches()
        && !image.config().equals(digest + ".json")) {
      throw new ArchiveRefusedException(
          "invalid archive: %s has the digest sha256:%s"
              .formatted(ArchiveRefusedException.quoted(image.config()), digest));
    }
    ImageConfig parsed = documents.config(config);
    if (wanted.filter(platform -> !parsed.platform().satisfies(platform)).isPresent()) {
      return Optional.empty();
    }
    if (image.layers().size() > maxLayers) {
      throw new ArchiveRefusedException("max depth exceeded");
    }
    List<ArchivedLayer> layers = new ArrayList<>();
    for (String layer : image.layers()) {
      layers.add(entries.layer(layer));
    }
    List<Reference> references = new ArrayList<>();
    for (String tag : image.repoTags()) {
      references.add(reference(tag));
    }
    return Optional.of(ImageDraft.checked(config, parsed, layers, references, ORIGIN));
  }

  private static Reference reference(String repoTag) throws ArchiveRefusedException {
    try {
      Reference reference = Reference.parse(repoTag);
      if (reference.tag().isPresent() && reference.digest().isEmpty()) {
        return reference;
      }
    } catch (ReferenceFormatException e) {
      throw new ArchiveRefusedException(String.valueOf(e.getMessage()));
    }
    throw new ArchiveRefusedException("invalid tag " + ArchiveRefusedException.quoted(repoTag));
  }
}
