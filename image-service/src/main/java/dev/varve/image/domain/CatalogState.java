package dev.varve.image.domain;

import java.time.Instant;
import java.util.Optional;

/** The state of one subject of the image topic. */
public sealed interface CatalogState {

  /** State of a subject {@code image/<id>}. */
  sealed interface ImageState extends CatalogState {
    Image image();

    /** Can be listed, run, saved. */
    record Present(Image image) implements ImageState {}

    /** Cannot be found any more, but its blobs were not reclaimed yet. */
    record Removed(Image image) implements ImageState {}

    /** What a step of a running build stands on: nobody can find it, but its blobs stay. */
    record Ground(Image image) implements ImageState {}
  }

  /** State of a subject {@code reference/<canonical reference>}. */
  sealed interface NamedState extends CatalogState {
    Reference reference();

    /** What a registry was, or is, asked for by this name; empty when a person tagged an image. */
    Optional<Digest> manifest();
  }

  /**
   * A name of an image.
   *
   * @param setAt when it was last set
   * @param manifest that it came with: of an index when there are several platforms
   */
  record ReferenceState(
      Reference reference, Digest imageId, Instant setAt, Optional<Digest> manifest)
      implements NamedState {}

  /** A tag, in this engine's registry, of what is no image for this machine. */
  record TaggedManifest(Reference reference, Digest target, Instant setAt) implements NamedState {
    @Override
    public Optional<Digest> manifest() {
      return Optional.of(target);
    }
  }

  /** State of a subject {@code manifest/<name@digest>}. */
  sealed interface HostingState extends CatalogState {
    HostedManifest manifest();

    /** Is served. */
    record Hosted(HostedManifest manifest) implements HostingState {}

    /** Cannot be asked for any more, but its blobs were not reclaimed yet. */
    record Dropped(HostedManifest manifest) implements HostingState {}
  }

  /** State of a subject {@code packing/<diff id>}. */
  record Packing(PackedLayer packed) implements CatalogState {}

  /** State of a subject {@code layer/<chain id>}: fetched ahead of its image. */
  record FetchedLayer(ChainId chainId) implements CatalogState {}

  /**
   * State of a subject {@code build/<id>}: it runs.
   *
   * @param place of the step told of last
   */
  record RunningBuild(String buildId, Optional<StepPlace> place) implements CatalogState {}

  /**
   * State of a subject {@code build-cache/<key>}.
   *
   * @param usages by builds, the one that made it left out
   */
  record CacheEntry(CachedStep step, Instant recordedAt, Instant lastUsed, int usages)
      implements CatalogState {}
}
