package dev.varve.image.domain;

import dev.varve.eventlog.Event;
import dev.varve.eventlog.Evolution;
import dev.varve.image.domain.CatalogState.CacheEntry;
import dev.varve.image.domain.CatalogState.FetchedLayer;
import dev.varve.image.domain.CatalogState.HostingState;
import dev.varve.image.domain.CatalogState.ImageState;
import dev.varve.image.domain.CatalogState.Packing;
import dev.varve.image.domain.CatalogState.ReferenceState;
import dev.varve.image.domain.CatalogState.RunningBuild;
import dev.varve.image.domain.CatalogState.TaggedManifest;
import dev.varve.image.domain.ImageEvent.BuildEvent;
import dev.varve.image.domain.ImageEvent.BuildEvent.BuildCachePruned;
import dev.varve.image.domain.ImageEvent.BuildEvent.BuildFailed;
import dev.varve.image.domain.ImageEvent.BuildEvent.BuildStarted;
import dev.varve.image.domain.ImageEvent.BuildEvent.CacheDropped;
import dev.varve.image.domain.ImageEvent.BuildEvent.CacheRecorded;
import dev.varve.image.domain.ImageEvent.BuildEvent.CacheUsed;
import dev.varve.image.domain.ImageEvent.BuildEvent.ImageBuilt;
import dev.varve.image.domain.ImageEvent.BuildEvent.LayerMade;
import dev.varve.image.domain.ImageEvent.BuildEvent.RunRequested;
import dev.varve.image.domain.ImageEvent.BuildEvent.RunSettled;
import dev.varve.image.domain.ImageEvent.BuildEvent.StepCached;
import dev.varve.image.domain.ImageEvent.BuildEvent.StepRan;
import dev.varve.image.domain.ImageEvent.ImageAdded;
import dev.varve.image.domain.ImageEvent.ImageReclaimed;
import dev.varve.image.domain.ImageEvent.ImageRemoved;
import dev.varve.image.domain.ImageEvent.LayerAbandoned;
import dev.varve.image.domain.ImageEvent.LayerFetched;
import dev.varve.image.domain.ImageEvent.LayerPacked;
import dev.varve.image.domain.ImageEvent.ManifestDropped;
import dev.varve.image.domain.ImageEvent.ManifestReceived;
import dev.varve.image.domain.ImageEvent.ManifestReclaimed;
import dev.varve.image.domain.ImageEvent.ManifestTagged;
import dev.varve.image.domain.ImageEvent.ManifestUntagged;
import dev.varve.image.domain.ImageEvent.Pruned;
import dev.varve.image.domain.ImageEvent.PullFailed;
import dev.varve.image.domain.ImageEvent.Pulled;
import dev.varve.image.domain.ImageEvent.PushFailed;
import dev.varve.image.domain.ImageEvent.Pushed;
import dev.varve.image.domain.ImageEvent.ReferenceDropped;
import dev.varve.image.domain.ImageEvent.ReferenceSet;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The fold of the image topic. */
public final class CatalogEvolution implements Evolution<CatalogState, ImageEvent> {

  @Override
  public @Nullable CatalogState evolve(@Nullable CatalogState state, Event<ImageEvent> event) {
    return switch (event.data()) {
      case ImageAdded(Image image) ->
          image.origin().kind() == Origin.Kind.BUILD_STEP
              ? new ImageState.Ground(image)
              : new ImageState.Present(image);
      case ImageRemoved removed ->
          state instanceof ImageState known ? new ImageState.Removed(known.image()) : null;
      case ImageReclaimed reclaimed -> null;
      case ReferenceSet set ->
          new ReferenceState(
              set.reference(),
              set.imageId(),
              event.time(),
              set.origin().remote().map(Origin.Remote::manifest));
      case ReferenceDropped dropped -> null;
      case Pulled pulled -> state;
      case Pushed pushed -> state;
      case PullFailed failed -> state;
      case PushFailed failed -> state;
      case LayerFetched fetched -> new FetchedLayer(fetched.layer().chainId());
      case LayerAbandoned abandoned -> null;
      case ManifestReceived(HostedManifest manifest) -> new HostingState.Hosted(manifest);
      case ManifestDropped dropped ->
          state instanceof HostingState known ? new HostingState.Dropped(known.manifest()) : null;
      case ManifestReclaimed reclaimed -> null;
      case ManifestTagged tagged ->
          new TaggedManifest(tagged.reference(), tagged.manifest(), event.time());
      case ManifestUntagged untagged -> null;
      case LayerPacked(PackedLayer packed) -> new Packing(packed);
      case Pruned pruned -> null;
      case BuildEvent build -> build(state, build, event.time());
    };
  }

  private static @Nullable CatalogState build(
      @Nullable CatalogState state, BuildEvent event, Instant time) {
    return switch (event) {
      case BuildStarted started -> new RunningBuild(started.buildId(), Optional.empty());
      case StepCached cached -> at(state, cached.place());
      case StepRan ran -> at(state, ran.place());
      case LayerMade made -> at(state, made.place());
      case RunRequested request -> at(state, request.place());
      case RunSettled _ -> state;
      case ImageBuilt _, BuildFailed _ -> null;
      case CacheRecorded(CachedStep step) -> new CacheEntry(step, time, time, 0);
      case CacheUsed _ ->
          state instanceof CacheEntry known
              ? new CacheEntry(known.step(), known.recordedAt(), time, known.usages() + 1)
              : state;
      case CacheDropped _, BuildCachePruned _ -> null;
    };
  }

  private static @Nullable CatalogState at(@Nullable CatalogState state, StepPlace place) {
    return state instanceof RunningBuild build
        ? new RunningBuild(build.buildId(), Optional.of(place))
        : state;
  }
}
