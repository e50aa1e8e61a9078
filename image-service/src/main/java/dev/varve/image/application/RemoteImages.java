package dev.varve.image.application;

import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.image.application.Documents.IndexEntry;
import dev.varve.image.application.Documents.OciDocument;
import dev.varve.image.application.Registry.RemoteManifest;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.ImageConfig;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the one image that a reference means for a platform, and refuses documents that could be
 * read in two ways. Documents that are stored are not asked for again.
 */
final class RemoteImages {
  private static final String SCHEMA1_REFUSED =
      "[DEPRECATION NOTICE] Docker Image Format v1 and Docker Image manifest version 2, schema 1"
          + " support is disabled by default and will be removed in an upcoming release. Suggest"
          + " the author of %s to upgrade the image to the OCI Format or Docker Image manifest v2,"
          + " schema 2. More information at https://docs.docker.com/go/deprecated-image-specs/";
  private static final Set<String> CONFIGS =
      Set.of(Documents.OCI_CONFIG, Documents.DOCKER_CONFIG, "application/octet-stream", "");
  private static final Set<String> INDEXES = Set.of(Documents.OCI_INDEX, Documents.DOCKER_INDEX);
  private static final String ATTESTATION = "vnd.docker.reference.type";

  private final ContentStore content;
  private final Documents documents;
  private final ArchiveLimits limits;

  RemoteImages(ContentStore content, Documents documents, ArchiveLimits limits) {
    this.content = content;
    this.documents = documents;
    this.limits = limits;
  }

  /**
   * An image as its registry has it.
   *
   * @param named digest of what the reference names: the manifest, or the index around it
   */
  record Found(Digest named, RemoteManifest manifest, OciDocument.Manifest document) {}

  /**
   * @throws RegistryException when the registry does not give it
   * @throws ProblemException NOT_FOUND when there is none for the platform, INVALID
   */
  Found find(Registry.Repository from, Reference reference, Platform platform) throws IOException {
    RemoteManifest top = fetch(from, tagOrDigest(reference));
    return new Search(from, reference, platform)
        .in(top, 0)
        .map(found -> new Found(top.digest(), found.manifest(), found.document()))
        .orElseThrow(() ->
            new Problem(
                    Problem.Code.NOT_FOUND,
                    "no matching manifest for %s in the manifest list entries"
                        .formatted(platform.shown()))
                .asException());
  }

  /** One way through indexes within indexes, which costs a bounded number of documents. */
  private final class Search {
    private static final int MAX_NESTING = 3;
    private static final int MAX_DOCUMENTS = 32;

    private final Registry.Repository from;
    private final Reference reference;
    private final Platform platform;
    private int documents;

    Search(Registry.Repository from, Reference reference, Platform platform) {
      this.from = from;
      this.reference = reference;
      this.platform = platform;
    }

    Optional<Found> in(RemoteManifest manifest, int depth) throws IOException {
      if (depth > MAX_NESTING || ++documents > MAX_DOCUMENTS) {
        throw invalid("invalid manifest: too many indexes in indexes");
      }
      return switch (read(manifest, reference)) {
        case OciDocument.Manifest image ->
            Optional.of(new Found(manifest.digest(), manifest, image));
        case OciDocument.Index(String _, List<IndexEntry> entries) -> {
          Optional<IndexEntry> chosen = fitting(entries, platform);
          yield chosen.isPresent()
              ? in(fetch(from, chosen.get().descriptor()), depth + 1)
              : inIndexes(entries, depth);
        }
      };
    }

    /** Those that don't say what they are for may lead there. */
    private Optional<Found> inIndexes(List<IndexEntry> entries, int depth) throws IOException {
      for (IndexEntry entry : entries) {
        if (entry.platform().isEmpty() && INDEXES.contains(entry.descriptor().mediaType())) {
          Optional<Found> found = in(fetch(from, entry.descriptor()), depth + 1);
          if (found.isPresent()) {
            return found;
          }
        }
      }
      return Optional.empty();
    }
  }

  /** The manifest or index itself. */
  RemoteManifest fetch(Registry.Repository from, String tagOrDigest) throws IOException {
    Optional<Descriptor> head =
        Digest.isDigest(tagOrDigest) ? Optional.empty() : from.head(tagOrDigest);
    return head.isPresent() ? fetch(from, head.get()) : from.manifest(tagOrDigest);
  }

  OciDocument read(RemoteManifest manifest, Reference reference) {
    if (manifest.mediaType().equals(Documents.SCHEMA1)
        || manifest.mediaType().equals(Documents.SCHEMA1_SIGNED)) {
      throw invalid(SCHEMA1_REFUSED.formatted(reference.familiar()));
    }
    OciDocument document = parse(manifest.bytes());
    if (!document.mediaType().equals(manifest.mediaType())) {
      throw invalid(
          "invalid manifest: the registry calls it %s, it calls itself %s"
              .formatted(shown(manifest.mediaType()), shown(document.mediaType())));
    }
    return document;
  }

  /** The config, whose digest is the image's id. */
  byte[] config(Registry.Repository from, Descriptor config) throws IOException {
    if (!CONFIGS.contains(config.mediaType())) {
      throw invalid(
          "Encountered remote \"%s\"(unknown) when fetching".formatted(shown(config.mediaType())));
    }
    if (config.size() < 0 || config.size() > limits.document()) {
      throw invalid("image config exceeds the limit of %d bytes".formatted(limits.document()));
    }
    Optional<byte[]> stored = stored(config.digest());
    if (stored.isPresent()) {
      return stored.get();
    }
    try (InputStream blob = from.blob(config)) {
      byte[] bytes = blob.readAllBytes();
      if (!Digest.of(bytes).equals(config.digest())) {
        throw invalid("image config verification failed for digest " + config.digest());
      }
      return bytes;
    }
  }

  /** Config and manifest belong together. */
  ImageConfig checked(OciDocument.Manifest manifest, byte[] configBytes) {
    ImageConfig config = documents.config(configBytes);
    if (!config.platform().os().equals(Platform.HOST.os())) {
      throw invalid(
          "image operating system \"%s\" cannot be used on this platform: operating system is not supported"
              .formatted(shown(config.platform().os())));
    }
    if (manifest.layers().size() > limits.layers()) {
      throw invalid("max depth exceeded: more than %d layers".formatted(limits.layers()));
    }
    if (config.diffIds().size() != manifest.layers().size()) {
      throw invalid("layers from manifest don't match image configuration");
    }
    for (Descriptor layer : manifest.layers()) {
      if (layer.size() < 0 || !layer.mediaType().contains("tar")) {
        throw invalid(
            "invalid manifest: layer %s of media type %s and size %d"
                .formatted(layer.digest(), shown(layer.mediaType()), layer.size()));
      }
    }
    return config;
  }

  static String tagOrDigest(Reference reference) {
    return reference
        .digest()
        .map(Digest::value)
        .orElseGet(() -> reference.withDefaultTag().tag().orElseThrow());
  }

  private RemoteManifest fetch(Registry.Repository from, Descriptor descriptor) throws IOException {
    Optional<byte[]> stored = stored(descriptor.digest());
    RemoteManifest manifest =
        stored.isPresent() && !descriptor.mediaType().isEmpty()
            ? new RemoteManifest(descriptor.mediaType(), descriptor.digest(), stored.get())
            : from.manifest(descriptor.digest().value());
    if (!descriptor.mediaType().isEmpty() && !descriptor.mediaType().equals(manifest.mediaType())) {
      throw invalid(
          "invalid manifest: %s is called %s and %s"
              .formatted(
                  descriptor.digest(), shown(descriptor.mediaType()), shown(manifest.mediaType())));
    }
    if (descriptor.size() > 0 && descriptor.size() != manifest.bytes().length) {
      throw invalid(
          "manifest %s has %d bytes, its descriptor says %d"
              .formatted(descriptor.digest(), manifest.bytes().length, descriptor.size()));
    }
    return manifest;
  }

  /** The stored document, if it is there and still what it was. */
  private Optional<byte[]> stored(Digest digest) throws IOException {
    if (!content.has(digest) || content.size(digest) > limits.document()) {
      return Optional.empty();
    }
    try (InputStream blob = content.reader(digest)) {
      byte[] bytes = blob.readAllBytes();
      return Digest.of(bytes).equals(digest) ? Optional.of(bytes) : Optional.empty();
    }
  }

  /** The one of an index that a platform gets. */
  static Optional<IndexEntry> fitting(List<IndexEntry> entries, Platform wanted) {
    List<IndexEntry> fitting =
        entries.stream()
            .filter(entry -> !entry.annotations().containsKey(ATTESTATION))
            .filter(entry -> entry.platform().filter(it -> it.runsOn(wanted)).isPresent())
            .toList();
    return fitting.stream()
        .filter(entry -> entry.platform().orElseThrow().variant().equals(wanted.variant()))
        .findFirst()
        .or(() ->
            fitting.stream()
                .filter(entry ->
                    wanted.variant().isEmpty()
                        || entry.platform().orElseThrow().variant().isEmpty())
                .findFirst());
  }

  private OciDocument parse(byte[] bytes) {
    try {
      return documents.oci(bytes);
    } catch (ProblemException e) {
      String message = e.problem().message().replaceFirst("^invalid archive: ", "");
      throw invalid("invalid manifest: " + message);
    }
  }

  private static String shown(String text) {
    return text.substring(0, Math.min(text.length(), 100)).replaceAll("[^\\w/.+-]", "?");
  }

  private static ProblemException invalid(String text) {
    return new Problem(Problem.Code.INVALID, text).asException();
  }
}
