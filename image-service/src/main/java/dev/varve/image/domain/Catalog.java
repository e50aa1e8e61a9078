package dev.varve.image.domain;

import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import dev.varve.eventlog.Subject;
import dev.varve.image.domain.CatalogState.CacheEntry;
import dev.varve.image.domain.CatalogState.FetchedLayer;
import dev.varve.image.domain.CatalogState.HostingState;
import dev.varve.image.domain.CatalogState.ImageState;
import dev.varve.image.domain.CatalogState.NamedState;
import dev.varve.image.domain.CatalogState.Packing;
import dev.varve.image.domain.CatalogState.ReferenceState;
import dev.varve.image.domain.CatalogState.RunningBuild;
import dev.varve.image.domain.CatalogState.TaggedManifest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Questions to the fold of the image topic, answered by Docker's rules of lookup.
 *
 * <p>A reference whose image is not present counts as free: references and images are subjects of
 * their own, so between two events of one batch a reader may see either without the other.
 *
 * @param live the subjects and states of a ledger; may change while it is read
 */
public record Catalog(Map<Subject, CatalogState> live) {
  private static final String SHA256 = "sha256";

  /** The image, unless it was removed or never was. */
  public Optional<Image> image(Digest id) {
    return live.get(Subjects.image(id)) instanceof ImageState.Present(Image image)
        ? Optional.of(image)
        : Optional.empty();
  }

  public List<Image> images() {
    return live.values().stream()
        .flatMap(state ->
            state instanceof ImageState.Present(Image image) ? Stream.of(image) : Stream.empty())
        .toList();
  }

  /** Images that cannot be found any more and whose blobs were not reclaimed yet. */
  public List<Image> removedImages() {
    return live.values().stream()
        .flatMap(state ->
            state instanceof ImageState.Removed(Image image) ? Stream.of(image) : Stream.empty())
        .toList();
  }

  /** What steps of running builds stand on. */
  public List<Image> grounds() {
    return live.values().stream()
        .flatMap(state ->
            state instanceof ImageState.Ground(Image image) ? Stream.of(image) : Stream.empty())
        .toList();
  }

  public boolean isRunning(String buildId) {
    return live.get(Subjects.build(buildId)) instanceof RunningBuild;
  }

  public List<RunningBuild> runningBuilds() {
    return live.values().stream()
        .flatMap(state -> state instanceof RunningBuild build ? Stream.of(build) : Stream.empty())
        .toList();
  }

  public Optional<CacheEntry> cached(CacheKey key) {
    return live.get(Subjects.cache(key)) instanceof CacheEntry entry
        ? Optional.of(entry)
        : Optional.empty();
  }

  public List<CacheEntry> cacheEntries() {
    return live.values().stream()
        .flatMap(state -> state instanceof CacheEntry entry ? Stream.of(entry) : Stream.empty())
        .toList();
  }

  /** Whether a present image was made from this one. */
  public boolean hasChildren(Digest imageId) {
    return live.values().stream()
        .anyMatch(state ->
            state instanceof ImageState.Present(Image image)
                && image.parent().filter(imageId::equals).isPresent());
  }

  /** The references to one image, in the order of their familiar form. */
  public List<ReferenceState> references(Digest imageId) {
    return allReferences()
        .filter(reference -> reference.imageId().equals(imageId))
        .sorted((a, b) -> a.reference().compareTo(b.reference()))
        .toList();
  }

  /** The same for all images at once. */
  public Map<Digest, List<ReferenceState>> referencesByImage() {
    return allReferences()
        .sorted((a, b) -> a.reference().compareTo(b.reference()))
        .collect(Collectors.groupingBy(ReferenceState::imageId));
  }

  /** The tagged references of one repository that point at a present image. */
  public List<ReferenceState> referencesOfRepository(String name) {
    return allReferences()
        .filter(reference -> reference.reference().name().equals(name))
        .filter(reference -> image(reference.imageId()).isPresent())
        .sorted((a, b) -> a.reference().compareTo(b.reference()))
        .toList();
  }

  /** The present image that a reference points at. */
  public Optional<Image> pointedAt(Reference reference) {
    return live.get(Subjects.reference(reference.lookupKey())) instanceof ReferenceState state
        ? image(state.imageId())
        : Optional.empty();
  }

  /**
   * Docker's lookup: an image id, else a reference, else the unique prefix of an image id.
   *
   * @throws ProblemException INVALID when it is neither reference nor id, NOT_FOUND
   */
  public Image resolve(String text) {
    if (ReferenceGrammar.isIdentifier(text) || Digest.isDigest(text)) {
      Digest id = Digest.isDigest(text) ? new Digest(text) : Digest.ofHex(text);
      return image(id).orElseThrow(() -> noSuchImage(id.value()));
    }
    Reference reference = parse(text);
    return pointedAt(reference)
        .or(() -> withIdPrefix(text))
        .orElseThrow(() -> noSuchImage(reference.withDefaultTag().familiar()));
  }

  /** The one present image whose id begins so, with or without {@code sha256:} before it. */
  public Optional<Image> withIdPrefix(String text) {
    int colon = text.indexOf(':');
    if (colon >= 0 && !text.substring(0, colon).equals(SHA256)) {
      return Optional.empty();
    }
    String prefix = text.substring(colon + 1);
    if (prefix.isEmpty()) {
      return Optional.empty();
    }
    List<Image> candidates =
        images().stream().filter(image -> image.id().hex().startsWith(prefix)).limit(2).toList();
    return candidates.size() == 1 ? Optional.of(candidates.getFirst()) : Optional.empty();
  }

  /** Runs a parser of references, its complaint becoming an INVALID problem. */
  public static <T> T parse(String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (ReferenceFormatException e) {
      String message = e.getMessage();
      throw new Problem(
              Problem.Code.INVALID, message == null ? "invalid reference format" : message)
          .asException();
    }
  }

  static Reference parse(String text) {
    return parse(text, Reference::parse);
  }

  /** Docker's words for an image that is not there. */
  public static ProblemException noSuchImage(String name) {
    return new Problem(Problem.Code.NOT_FOUND, "No such image: " + name).asException();
  }

  /** What the engine's registry was given under a repository's name and a digest. */
  public Optional<HostedManifest> manifest(Reference name) {
    return live.get(Subjects.manifest(name)) instanceof HostingState.Hosted(HostedManifest manifest)
        ? Optional.of(manifest)
        : Optional.empty();
  }

  /** All that the engine's registry was given under a repository's name. */
  public List<HostedManifest> manifestsOf(String name) {
    return hostedManifests().filter(it -> it.repository().name().equals(name)).toList();
  }

  public Stream<HostedManifest> hostedManifests() {
    return live.values().stream()
        .flatMap(state ->
            state instanceof HostingState.Hosted(HostedManifest manifest)
                ? Stream.of(manifest)
                : Stream.empty());
  }

  /** Manifests that cannot be asked for any more and whose blobs were not reclaimed yet. */
  public List<HostedManifest> droppedManifests() {
    return live.values().stream()
        .flatMap(state ->
            state instanceof HostingState.Dropped(HostedManifest manifest)
                ? Stream.of(manifest)
                : Stream.empty())
        .toList();
  }

  /** What a plain layer was packed to. */
  public Optional<PackedLayer> packing(DiffId diffId) {
    return live.get(Subjects.packing(diffId)) instanceof Packing(PackedLayer packed)
        ? Optional.of(packed)
        : Optional.empty();
  }

  /** Packed forms of an image's layers, as far as there are any. */
  public Stream<PackedLayer> packings(Image image) {
    return image.layers().stream()
        .filter(Layer::isPlain)
        .flatMap(layer -> packing(layer.diffId()).stream());
  }

  /** What names something: a present image, or what the engine's registry was given. */
  public Stream<NamedState> names() {
    return live.values().stream()
        .flatMap(state ->
            switch (state) {
              case ReferenceState reference ->
                  image(reference.imageId()).isPresent() ? Stream.of(reference) : Stream.empty();
              case TaggedManifest tagged ->
                  manifest(tagged.reference().atDigest(tagged.target())).isPresent()
                      ? Stream.of(tagged)
                      : Stream.empty();
              case ImageState _,
                  FetchedLayer _,
                  HostingState _,
                  Packing _,
                  RunningBuild _,
                  CacheEntry _ ->
                  Stream.empty();
            });
  }

  public List<NamedState> namesIn(String name) {
    return names().filter(state -> state.reference().name().equals(name)).toList();
  }

  private Stream<ReferenceState> allReferences() {
    return live.values().stream()
        .flatMap(state ->
            state instanceof ReferenceState reference ? Stream.of(reference) : Stream.empty());
  }
}
