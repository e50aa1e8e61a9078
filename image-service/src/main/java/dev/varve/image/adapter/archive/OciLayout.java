package dev.varve.image.adapter.archive;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.image.application.Documents;
import dev.varve.image.application.Documents.IndexEntry;
import dev.varve.image.application.Documents.OciDocument;
import dev.varve.image.application.ImageArchives.ArchivedLayer;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.ImageConfig;
import dev.varve.image.domain.Origin;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.Reference;
import dev.varve.image.domain.ReferenceFormatException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the images of an OCI layout: what {@code index.json} leads to. Of several platforms the
 * wanted one is taken, which is the host's unless somebody says otherwise.
 */
final class OciLayout {
  static final String INDEX = "index.json";
  private static final int MAX_NESTING = 4;
  private static final String NAME = "io.containerd.image.name";
  private static final String REF_NAME = "org.opencontainers.image.ref.name";
  private static final String UNKNOWN = "unknown";
  private static final Origin ORIGIN = new Origin(Origin.Kind.LOAD, "oci-layout");

  private final ArchiveEntries entries;
  private final Documents documents;
  private final int maxLayers;
  private final Optional<Platform> only;
  private final Platform wanted;

  /** An image and the manifest that the layout has for it. */
  @SuppressWarnings("ArrayRecordComponent") // never compared: the digest stands for the bytes
  record Found(ImageDraft draft, byte[] manifest, String mediaType) {}

  /**
   * @param only leaves out what is not for this platform, unless it is empty
   */
  OciLayout(ArchiveEntries entries, Documents documents, int maxLayers, Optional<Platform> only) {
    this.entries = entries;
    this.documents = documents;
    this.maxLayers = maxLayers;
    this.only = only;
    this.wanted = only.orElse(Platform.HOST);
  }

  List<Found> images() throws ArchiveRefusedException {
    if (!(documents.oci(entries.document(INDEX)) instanceof OciDocument.Index index)) {
      throw new ArchiveRefusedException("invalid archive: index.json is no index");
    }
    Map<Optional<Reference>, List<IndexEntry>> byName = new LinkedHashMap<>();
    for (IndexEntry entry : index.entries()) {
      byName.computeIfAbsent(reference(entry), name -> new ArrayList<>()).add(entry);
    }
    List<Found> found = new ArrayList<>();
    for (var named : byName.entrySet()) {
      List<IndexEntry> candidates =
          named.getValue().stream().filter(entry -> !isAttestation(entry)).toList();
      boolean platforms = candidates.stream().anyMatch(entry -> entry.platform().isPresent());
      if (platforms || named.getKey().isPresent()) {
        candidates = chosen(candidates);
      }
      for (IndexEntry entry : candidates) {
        image(entry.descriptor(), named.getKey(), 0).ifPresent(found::add);
      }
    }
    return found;
  }

  private Optional<Found> image(Descriptor descriptor, Optional<Reference> name, int depth)
      throws ArchiveRefusedException {
    if (depth > MAX_NESTING) {
      throw new ArchiveRefusedException("invalid archive: indexes nested too deeply");
    }
    byte[] bytes = entries.document(descriptor);
    OciDocument document = documents.oci(bytes);
    if (!descriptor.mediaType().isEmpty() && !descriptor.mediaType().equals(document.mediaType())) {
      throw new ArchiveRefusedException(
          "invalid archive: %s is described as %s and says it is %s"
              .formatted(
                  descriptor.digest(),
                  ArchiveRefusedException.quoted(descriptor.mediaType()),
                  document.mediaType()));
    }
    return switch (document) {
      case OciDocument.Index index -> {
        List<IndexEntry> candidates =
            index.entries().stream().filter(entry -> !isAttestation(entry)).toList();
        List<IndexEntry> chosen = chosen(candidates);
        yield chosen.isEmpty()
            ? Optional.empty()
            : image(chosen.getFirst().descriptor(), name, depth + 1);
      }
      case OciDocument.Manifest manifest ->
          draft(manifest, name).map(draft -> new Found(draft, bytes, manifest.mediaType()));
    };
  }

  private Optional<ImageDraft> draft(OciDocument.Manifest manifest, Optional<Reference> name)
      throws ArchiveRefusedException {
    if (manifest.layers().size() > maxLayers) {
      throw new ArchiveRefusedException("max depth exceeded");
    }
    byte[] config = entries.document(manifest.config());
    ImageConfig parsed = documents.config(config);
    if (only.filter(platform -> !parsed.platform().satisfies(platform)).isPresent()) {
      return Optional.empty();
    }
    List<ArchivedLayer> layers = new ArrayList<>();
    for (Descriptor layer : manifest.layers()) {
      layers.add(entries.layer(layer));
    }
    return Optional.of(ImageDraft.checked(config, parsed, layers, name.stream().toList(), ORIGIN));
  }

  /** At most one: the wanted platform's; else the only one there is. */
  private List<IndexEntry> chosen(List<IndexEntry> candidates) throws ArchiveRefusedException {
    List<IndexEntry> fitting =
        candidates.stream()
            .filter(entry -> entry.platform().filter(p -> p.satisfies(wanted)).isPresent())
            .toList();
    if (!fitting.isEmpty()) {
      return List.of(
          fitting.stream()
              .filter(e -> entries.has(e.descriptor()))
              .findFirst()
              .orElse(fitting.getFirst()));
    }
    if (candidates.size() == 1) {
      // What its config says counts: it may be for another platform than the wanted one.
      return candidates;
    }
    if (only.isPresent()) {
      return List.of();
    }
    throw new ArchiveRefusedException(
        "no matching manifest for %s in the manifest list entries".formatted(wanted.shown()));
  }

  private static boolean isAttestation(IndexEntry entry) {
    return entry.platform().filter(p -> p.os().equals(UNKNOWN)).isPresent();
  }

  /** A full name, else a reference name that is more than a bare tag. */
  private static Optional<Reference> reference(IndexEntry entry) throws ArchiveRefusedException {
    String name = entry.annotations().get(NAME);
    String refName = entry.annotations().get(REF_NAME);
    if (name == null && refName != null && (refName.contains("/") || refName.contains(":"))) {
      name = refName;
    }
    if (name == null) {
      return Optional.empty();
    }
    try {
      Reference reference = Reference.parse(name).withDefaultTag();
      return reference
          .tag()
          .map(tag ->
              new Reference(
                  reference.domain(), reference.path(), Optional.of(tag), Optional.empty()));
    } catch (ReferenceFormatException e) {
      throw new ArchiveRefusedException(String.valueOf(e.getMessage()));
    }
  }
}
