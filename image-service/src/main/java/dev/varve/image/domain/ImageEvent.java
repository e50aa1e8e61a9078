package dev.varve.image.domain;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What can happen to images and references; one record per event of the image topic. */
public sealed interface ImageEvent {

  /** The image is complete in the content store. */
  record ImageAdded(Image image) implements ImageEvent {}

  /** Nobody can find the image any more; its blobs stay while containers made from it remain. */
  record ImageRemoved(Digest imageId) implements ImageEvent {}

  /** The blobs that only this removed image needed are gone. Closes the subject. */
  record ImageReclaimed(Digest imageId) implements ImageEvent {}

  /**
   * The reference points at the image from now on.
   *
   * @param previous the image it was taken from, which may thereby be dangling
   */
  record ReferenceSet(Reference reference, Digest imageId, Optional<Digest> previous, Origin origin)
      implements ImageEvent {}

  /** The reference is free. Closes the subject, which can open again. */
  record ReferenceDropped(Reference reference, Digest imageId) implements ImageEvent {}

  /** A pull ended well, whether it changed anything or not. */
  record Pulled(Reference reference, Digest imageId, Origin origin) implements ImageEvent {}

  /** A push ended well. */
  record Pushed(Reference reference, Digest imageId, Origin origin) implements ImageEvent {}

  /** A pull was refused; nothing changed. */
  record PullFailed(Reference reference, String message) implements ImageEvent {}

  /** A push did not come to its end. */
  record PushFailed(Reference reference, String message) implements ImageEvent {}

  /**
   * The layer and all below it are in the content store, while their image is still being pulled.
   */
  record LayerFetched(Layer layer, Optional<ChainId> parent) implements ImageEvent {}

  /** No image came of a fetched layer. Closes the subject, which can open again. */
  record LayerAbandoned(ChainId chainId) implements ImageEvent {}

  /** Somebody pushed a manifest here, and all that it needs is here. */
  record ManifestReceived(HostedManifest manifest) implements ImageEvent {}

  /** Nobody can ask for the manifest any more; what only it needed is not deleted yet. */
  record ManifestDropped(Reference repository, Digest digest) implements ImageEvent {}

  /** What only the dropped manifest needed is gone. Closes the subject. */
  record ManifestReclaimed(Reference repository, Digest digest) implements ImageEvent {}

  /**
   * The tag names, in this engine's registry, what is no image for this machine.
   *
   * @param previous the image it was taken from, which may thereby be dangling
   */
  record ManifestTagged(
      Reference reference, Digest manifest, Optional<Digest> previous, Origin origin)
      implements ImageEvent {}

  /** Such a tag is free. Closes the subject, which can open again. */
  record ManifestUntagged(Reference reference, Digest manifest) implements ImageEvent {}

  /** A layer that is stored as a plain tar was packed for a registry. */
  record LayerPacked(PackedLayer packed) implements ImageEvent {}

  /** Somebody had what nobody needs removed. Closes its subject, which can open again. */
  record Pruned(long reclaimedBytes) implements ImageEvent {}

  /** What builds do; all but the last three belong to the subject of one build. */
  sealed interface BuildEvent extends ImageEvent {

    /**
     * The context is here, the steps follow.
     *
     * @param target stage that was asked for; empty for the last
     */
    record BuildStarted(
        String buildId, String dockerfile, String target, List<Reference> references)
        implements BuildEvent {
      public BuildStarted {
        references = List.copyOf(references);
      }
    }

    /** A step's result was known already. */
    record StepCached(StepPlace place, CacheKey key) implements BuildEvent {}

    record StepRan(StepPlace place, Duration duration) implements BuildEvent {}

    /** What a step changed is complete in the content store. */
    record LayerMade(StepPlace place, Layer layer) implements BuildEvent {}

    /** The wish for a container, which the container service makes and starts. */
    record RunRequested(StepPlace place, String containerId, Digest imageId)
        implements BuildEvent {}

    /** The container is needed no more, and goes unless it is to be kept. */
    record RunSettled(String containerId, boolean keep) implements BuildEvent {}

    /** Closes the build. */
    record ImageBuilt(Digest imageId, List<Reference> references, Duration duration)
        implements BuildEvent {
      public ImageBuilt {
        references = List.copyOf(references);
      }
    }

    /** Closes the build; nothing came of it. */
    record BuildFailed(String message, Optional<StepPlace> place) implements BuildEvent {}

    /** What a step with these inputs makes. */
    record CacheRecorded(CachedStep step) implements BuildEvent {}

    /** A build took it. */
    record CacheUsed(CacheKey key) implements BuildEvent {}

    /** Closes the entry, which can open again. */
    record CacheDropped(CacheKey key) implements BuildEvent {}

    /** Somebody had entries removed. Closes its subject, which can open again. */
    record BuildCachePruned(long reclaimedBytes) implements BuildEvent {}
  }
}
