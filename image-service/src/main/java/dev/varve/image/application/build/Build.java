package dev.varve.image.application.build;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Decision;
import dev.varve.image.application.ContentStore;
import dev.varve.image.application.ImageLog;
import dev.varve.image.domain.CacheKey;
import dev.varve.image.domain.CachedStep;
import dev.varve.image.domain.CatalogState.ImageState;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.ImageEvent;
import dev.varve.image.domain.ImageEvent.BuildEvent;
import dev.varve.image.domain.Origin;
import dev.varve.image.domain.StepPlace;
import dev.varve.image.domain.Subjects;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One running build: who wants what, what is recorded of it. Stages of it run on threads of their
 * own.
 *
 * @param epoch when the user set {@code SOURCE_DATE_EPOCH}: the time that everything made here
 *     bears
 * @param imported what the images that the user named say of their steps
 */
record Build(
    String id,
    BuildRequest request,
    BuildClient client,
    Cause cause,
    ContentStore.Lease lease,
    ImageLog images,
    Optional<Instant> epoch,
    Map<CacheKey, CachedStep> imported,
    Pending pending) {

  /** What waits to go with the next append. */
  static final class Pending {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Decision.Draft<ImageEvent>> drafts = new ArrayList<>();
    private final Set<Digest> grounds = new HashSet<>();

    private List<Decision.Draft<ImageEvent>> take() {
      lock.lock();
      try {
        List<Decision.Draft<ImageEvent>> taken = List.copyOf(drafts);
        drafts.clear();
        return taken;
      } finally {
        lock.unlock();
      }
    }

    private void add(Decision.Draft<ImageEvent> draft) {
      lock.lock();
      try {
        drafts.add(draft);
      } finally {
        lock.unlock();
      }
    }
  }

  /** Recorded with the next {@link #append}: nothing depends on it. */
  void note(BuildEvent event) {
    pending.add(draft(event));
  }

  /** Records what was noted, and this; returns when it counts. */
  void append(List<Decision.Draft<ImageEvent>> more) {
    List<Decision.Draft<ImageEvent>> all = new ArrayList<>(pending.take());
    all.addAll(more);
    if (!all.isEmpty()) {
      var _ = images.run(cause, _ -> new Decision.Accepted<>(List.copyOf(all), true));
    }
  }

  /** What was noted, to be recorded by who asks. */
  List<Decision.Draft<ImageEvent>> noted() {
    return pending.take();
  }

  void append(BuildEvent event) {
    append(List.of(draft(event)));
  }

  Decision.Draft<ImageEvent> draft(BuildEvent event) {
    return new Decision.Draft<>(
        switch (event) {
          case BuildEvent.CacheRecorded recorded -> Subjects.cache(recorded.step().key());
          case BuildEvent.CacheUsed used -> Subjects.cache(used.key());
          case BuildEvent.CacheDropped dropped -> Subjects.cache(dropped.key());
          case BuildEvent.BuildCachePruned _ -> Subjects.PRUNE_CACHE;
          case BuildEvent.BuildStarted _,
              BuildEvent.StepCached _,
              BuildEvent.StepRan _,
              BuildEvent.LayerMade _,
              BuildEvent.RunRequested _,
              BuildEvent.RunSettled _,
              BuildEvent.ImageBuilt _,
              BuildEvent.BuildFailed _ ->
              Subjects.build(id);
        },
        event);
  }

  /** Its grounds go with it: what is recorded when it ends. */
  List<Decision.Draft<ImageEvent>> groundsLeaving() {
    pending.lock.lock();
    try {
      return removals(images, pending.grounds);
    } finally {
      pending.lock.unlock();
    }
  }

  static List<Decision.Draft<ImageEvent>> removals(ImageLog images, Set<Digest> grounds) {
    return grounds.stream()
        .filter(ground ->
            images.catalog().live().get(Subjects.image(ground)) instanceof ImageState.Ground)
        .map(ground ->
            new Decision.Draft<ImageEvent>(
                Subjects.image(ground), new ImageEvent.ImageRemoved(ground)))
        .toList();
  }

  void addGround(Digest imageId) {
    pending.lock.lock();
    try {
      pending.grounds.add(imageId);
    } finally {
      pending.lock.unlock();
    }
  }

  Origin origin(Origin.Kind kind, Optional<StepPlace> place) {
    return Origin.build(kind, new Origin.Built(id, request.dockerfilePath(), place));
  }
}
