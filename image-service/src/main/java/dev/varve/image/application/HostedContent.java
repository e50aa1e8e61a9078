package dev.varve.image.application;

import dev.varve.eventlog.Cause;
import dev.varve.image.application.ServedImages.Served;
import dev.varve.image.domain.Catalog;
import dev.varve.image.domain.CatalogState.NamedState;
import dev.varve.image.domain.CatalogState.ReferenceState;
import dev.varve.image.domain.CatalogState.TaggedManifest;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.HostedManifest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.Reference;
import dev.varve.image.domain.Subjects;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the engine's registry has to give: all that was pushed to it, byte for byte, and all images
 * of the engine. Every refusal carries the specification's code.
 */
public final class HostedContent {
  private final ContentStore content;
  private final Documents documents;
  private final ServedImages served;
  private final ImageLog images;

  public HostedContent(
      ContentStore content, Documents documents, ServedImages served, ImageLog images) {
    this.content = content;
    this.documents = documents;
    this.served = served;
    this.images = images;
  }

  /** A manifest or index by tag or digest. */
  public Served manifest(String name, String tagOrDigest, Cause cause)
      throws IOException, InterruptedException {
    Reference wanted = HostedNames.manifest(name, tagOrDigest);
    Catalog catalog = images.catalog();
    Optional<HostedManifest> hosted = hosted(catalog, wanted);
    if (hosted.isPresent()) {
      return served.stored(hosted.get().mediaType(), hosted.get().digest());
    }
    Optional<Image> image =
        wanted.digest().isPresent()
            ? Optional.ofNullable(imagesIn(wanted).get(wanted.digest().get()))
            : catalog.pointedAt(wanted);
    if (image.isEmpty()) {
      throw HostingProblem.manifestUnknown();
    }
    return served.manifest(image.get(), cause);
  }

  /** What was pushed here under the tag, if that is newest, or under the digest. */
  private static Optional<HostedManifest> hosted(Catalog catalog, Reference wanted) {
    if (wanted.digest().isPresent()) {
      return catalog.manifest(wanted);
    }
    return catalog.live().get(Subjects.reference(wanted)) instanceof NamedState state
            && (state instanceof TaggedManifest || catalog.pointedAt(wanted).isPresent())
        ? state.manifest().flatMap(digest -> catalog.manifest(wanted.atDigest(digest)))
        : Optional.empty();
  }

  /** Images that have a name in a repository, by the digest under which they are given. */
  Map<Digest, Image> imagesIn(Reference repository) {
    Catalog catalog = images.catalog();
    Map<Digest, Image> byDigest = new HashMap<>();
    for (NamedState state : catalog.namesIn(repository.name())) {
      if (state instanceof ReferenceState reference) {
        catalog
            .image(reference.imageId())
            .ifPresent(image ->
                served.knownDigest(image).ifPresent(digest -> byDigest.put(digest, image)));
      }
    }
    return byDigest;
  }

  /** Sorted as the specification says: by the bytes of their names. */
  public List<String> tags(String name) {
    Reference repository = HostedNames.repository(name);
    Catalog catalog = images.catalog();
    List<NamedState> names = catalog.namesIn(repository.name());
    if (names.isEmpty() && catalog.manifestsOf(repository.name()).isEmpty()) {
      throw HostingProblem.nameUnknown();
    }
    return names.stream().flatMap(state -> state.reference().tag().stream()).sorted().toList();
  }

  public List<String> repositories() {
    Catalog catalog = images.catalog();
    return Stream.concat(
            catalog.names().map(NamedState::reference),
            catalog.hostedManifests().map(HostedManifest::repository))
        .filter(HostedNames::isAddressable)
        .map(Reference::familiarName)
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * An index of what is about a manifest, oldest digest first.
   *
   * @param artifactType empty for all
   */
  public byte[] referrers(String name, String digest, String artifactType) throws IOException {
    Digest subject = HostedNames.digest(digest);
    List<HostedManifest> about =
        images.catalog().manifestsOf(HostedNames.repository(name).name()).stream()
            .filter(manifest -> manifest.subject().filter(subject::equals).isPresent())
            .filter(it -> artifactType.isEmpty() || it.artifactType().equals(artifactType))
            .sorted(Comparator.comparing(HostedManifest::digest))
            .toList();
    List<Documents.Referrer> referrers = new ArrayList<>();
    for (HostedManifest manifest : about) {
      byte[] bytes = served.stored(manifest.mediaType(), manifest.digest()).bytes();
      referrers.add(
          new Documents.Referrer(
              new Descriptor(manifest.mediaType(), manifest.digest(), manifest.size()),
              manifest.artifactType(),
              documents.about(bytes).annotations()));
    }
    return documents.referrers(referrers);
  }

  /** Bytes of a blob. */
  public long blob(String name, String digest) throws IOException {
    var _ = HostedNames.repository(name);
    try {
      return content.size(HostedNames.digest(digest));
    } catch (NoSuchFileException e) {
      throw HostingProblem.blobUnknown();
    }
  }
}
