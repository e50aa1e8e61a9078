package dev.varve.image.application.build;

import dev.varve.eventlog.CrashPoint;
import dev.varve.eventlog.Decision;
import dev.varve.image.application.ContentStore;
import dev.varve.image.application.ImageLog;
import dev.varve.image.domain.CacheKey;
import dev.varve.image.domain.CachedStep;
import dev.varve.image.domain.CatalogState.CacheEntry;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.ImageEvent;
import dev.varve.image.domain.ImageEvent.BuildEvent;
import dev.varve.image.domain.Layer;
import dev.varve.image.domain.Origin;
import dev.varve.image.domain.StepPlace;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Steps that make layers: taken from the cache, or made and put there. Any thread, each stage's by
 * one.
 */
final class LayerSteps {
  /** Of two empty blocks: an archive without entries. */
  private static final Digest EMPTY_TAR = Digest.of(new byte[1024]);

  private final ContentStore content;
  private final ImageLog images;
  private final InstantSource clock;

  /** Blobs that this process has read and found to be what their names say. */
  private final Set<Digest> verified = ConcurrentHashMap.newKeySet();

  LayerSteps(ContentStore content, ImageLog images, InstantSource clock) {
    this.content = content;
    this.images = images;
    this.clock = clock;
  }

  /** What a step that has to be done does. */
  @FunctionalInterface
  interface Work {
    /** A finished ingest; empty when there was nothing to change. */
    Made make() throws IOException, InterruptedException;
  }

  /**
   * What came of it.
   *
   * @param files all that the layer has, when that is known
   * @param also to be recorded with the layer
   * @param content a second key, of the contents alone, under which others may find it
   * @param known the cache had it under that second key; then there is no ingest
   */
  record Made(
      Optional<ContentStore.Ingest> layer,
      Optional<Map<String, FileNode>> files,
      List<BuildEvent> also,
      Optional<CacheKey> content,
      Optional<CachedStep> known) {
    static final Made NOTHING = of(Optional.empty(), Optional.empty());

    static Made of(Optional<ContentStore.Ingest> layer, Optional<Map<String, FileNode>> files) {
      return new Made(layer, files, List.of(), Optional.empty(), Optional.empty());
    }

    static Made known(CachedStep step) {
      return new Made(
          Optional.empty(), Optional.empty(), List.of(), Optional.empty(), Optional.of(step));
    }

    Made as(CacheKey second) {
      return new Made(layer, files, also, Optional.of(second), known);
    }
  }

  /**
   * One step of a stage.
   *
   * @return true when the cache had it
   */
  boolean carryOut(
      Build build, StageState state, StepPlace place, String createdBy, CacheKey key, Work work)
      throws IOException, InterruptedException {
    Optional<CachedStep> known = find(build, key);
    Origin origin = build.origin(Origin.Kind.BUILD, Optional.of(place));
    if (known.isPresent()) {
      build.note(new BuildEvent.StepCached(place, key));
      build.note(new BuildEvent.CacheUsed(key));
      state.add(key, createdBy, created(build, known.get().created()), known.get().layer(), origin);
      if (known.get().layer().isPresent()) {
        state.coverUnknown();
      }
      return true;
    }
    long began = System.nanoTime();
    Made made = work.make();
    record(build, state, place, createdBy, key, made, Duration.ofNanos(System.nanoTime() - began));
    return false;
  }

  /** What the cache has, if this build may use it. */
  Optional<CachedStep> find(Build build, CacheKey key) throws IOException {
    return build.request().noCache() ? Optional.empty() : usable(build, key);
  }

  private void record(
      Build build,
      StageState state,
      StepPlace place,
      String createdBy,
      CacheKey key,
      Made made,
      Duration took)
      throws IOException {
    Origin origin = build.origin(Origin.Kind.BUILD, Optional.of(place));
    Optional<ContentStore.Ingest> full =
        made.layer().filter(ingest -> !ingest.digest().equals(EMPTY_TAR));
    if (full.isPresent()) {
      build.lease().commit(List.of(full.get()));
      verified.add(full.get().digest());
      CrashPoint.reach("image.build.layer-committed");
    } else if (made.layer().isPresent()) {
      made.layer().get().abort();
    }
    Optional<CacheKey> parent = state.lastKey();
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    Instant when = created(build, made.known().map(CachedStep::created).orElse(now));
    Optional<Layer> stored =
        made.known()
            .flatMap(CachedStep::layer)
            .or(() -> full.map(it -> BuiltImages.layer(state, it, origin)));
    state.add(key, createdBy, when, stored, origin);
    Optional<Layer> layer = stored.map(_ -> state.layers().getLast());
    List<Decision.Draft<ImageEvent>> events = new ArrayList<>();
    events.add(build.draft(new BuildEvent.StepRan(place, took)));
    if (full.isPresent()) {
      events.add(build.draft(new BuildEvent.LayerMade(place, layer.orElseThrow())));
    }
    made.also().forEach(event -> events.add(build.draft(event)));
    Optional<CacheEntry> replaced = images.catalog().cached(key);
    CachedStep step = new CachedStep(key, layer, place.instruction(), when, parent);
    events.add(build.draft(new BuildEvent.CacheRecorded(step)));
    made.content()
        .map(second -> new CachedStep(second, layer, place.instruction(), when, parent))
        .ifPresent(second -> events.add(build.draft(new BuildEvent.CacheRecorded(second))));
    build.append(events);
    CrashPoint.reach("image.build.step-recorded");
    collect(replaced, layer);
    if (layer.isPresent()) {
      made.files().ifPresentOrElse(state::cover, state::coverUnknown);
    }
  }

  /** What an entry had before may be of no use to anybody now. */
  private void collect(Optional<CacheEntry> replaced, Optional<Layer> layer) throws IOException {
    Optional<Digest> before = replaced.flatMap(it -> it.step().layer()).map(Layer::digest);
    if (before.isPresent() && !before.equals(layer.map(Layer::digest))) {
      content.collect(Set.of(before.get()), images::referencedBlobs);
    }
  }

  private static Instant created(Build build, Instant otherwise) {
    return build.epoch().orElse(otherwise);
  }

  /** An entry whose layer is there and whole. */
  private Optional<CachedStep> usable(Build build, CacheKey key) throws IOException {
    Optional<CachedStep> own = images.catalog().cached(key).map(CacheEntry::step);
    if (own.isPresent() && isSound(build, own.get())) {
      return own;
    }
    Optional<CachedStep> imported = Optional.ofNullable(build.imported().get(key));
    if (imported.isPresent() && isSound(build, imported.get())) {
      build.note(new BuildEvent.CacheRecorded(imported.get()));
      return imported;
    }
    return Optional.empty();
  }

  private boolean isSound(Build build, CachedStep step) throws IOException {
    if (step.layer().isEmpty()) {
      return true;
    }
    build.lease().hold(List.of(step.layer().get().digest()));
    return isSound(step.layer().get());
  }

  private boolean isSound(Layer layer) throws IOException {
    if (!content.has(layer.digest()) || content.size(layer.digest()) != layer.size()) {
      verified.remove(layer.digest());
      return false;
    }
    if (verified.contains(layer.digest())) {
      return true;
    }
    MessageDigest hash = Digest.sha256();
    try (InputStream blob = new DigestInputStream(content.reader(layer.digest()), hash)) {
      byte[] buffer = new byte[1 << 18];
      while (blob.read(buffer) >= 0) {
        // Only its digest matters.
      }
    }
    boolean sound = Digest.of(hash).equals(layer.digest());
    if (sound) {
      verified.add(layer.digest());
    }
    return sound;
  }
}
