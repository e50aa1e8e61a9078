package dev.varve.image.application.build;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Decision;
import dev.varve.image.application.ContentStore;
import dev.varve.image.application.ImageLog;
import dev.varve.image.domain.CacheKey;
import dev.varve.image.domain.CatalogState.CacheEntry;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.ImageEvent;
import dev.varve.image.domain.ImageEvent.BuildEvent;
import dev.varve.image.domain.Layer;
import dev.varve.image.domain.Subjects;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The build cache as people see it: {@code docker system df}, {@code docker builder prune}. */
public final class BuildCache {
  /** What Docker calls the result of a step. */
  public static final String TYPE = "regular";

  private final ImageLog images;
  private final ContentStore content;

  /**
   * One entry.
   *
   * @param size bytes of its layer
   * @param inUse a running build has it
   * @param shared its layer belongs to an image, too
   */
  public record Entry(
      String id,
      List<String> parents,
      String description,
      long size,
      boolean inUse,
      boolean shared,
      Instant created,
      Instant lastUsed,
      int usages) {}

  /**
   * What is to go.
   *
   * @param all also what images share
   * @param reservedBytes that stay, the last used first; 0 for none
   * @param until only what was not used since
   * @param filters Docker's; the values of a key are alternatives
   */
  public record Selection(
      boolean all,
      long reservedBytes,
      Optional<Instant> until,
      Map<String, List<String>> filters) {}

  /** What went. */
  public record Pruned(List<String> ids, long reclaimedBytes) {}

  public BuildCache(ImageLog images, ContentStore content) {
    this.images = images;
    this.content = content;
  }

  /** The last used first. */
  public List<Entry> list() {
    Set<Digest> shared = new HashSet<>();
    images
        .catalog()
        .images()
        .forEach(image -> image.layers().forEach(layer -> shared.add(layer.digest())));
    Set<Digest> used = new HashSet<>();
    images
        .catalog()
        .grounds()
        .forEach(image -> image.layers().forEach(layer -> used.add(layer.digest())));
    return images.catalog().cacheEntries().stream()
        .map(entry -> entry(entry, shared, used))
        .sorted(Comparator.comparing(Entry::lastUsed).reversed().thenComparing(Entry::id))
        .toList();
  }

  private static Entry entry(CacheEntry entry, Set<Digest> shared, Set<Digest> used) {
    Optional<Layer> layer = entry.step().layer();
    return new Entry(
        entry.step().key().hex(),
        entry.step().parent().map(CacheKey::hex).stream().toList(),
        entry.step().description(),
        layer.map(Layer::uncompressedSize).orElse(0L),
        layer.map(Layer::digest).filter(used::contains).isPresent(),
        layer.map(Layer::digest).filter(shared::contains).isPresent(),
        entry.recordedAt(),
        entry.lastUsed(),
        entry.usages());
  }

  public Pruned prune(Selection selection, Cause cause) throws IOException {
    List<Entry> doomed = new ArrayList<>();
    long kept = 0;
    for (Entry entry : list()) {
      kept += entry.size();
      boolean reserved = selection.reservedBytes() > 0 && kept <= selection.reservedBytes();
      if (!reserved && !entry.inUse() && isWanted(entry, selection)) {
        doomed.add(entry);
      }
    }
    List<Decision.Draft<ImageEvent>> events = new ArrayList<>();
    Set<Digest> blobs = new HashSet<>();
    long bytes = 0;
    for (Entry entry : doomed) {
      CacheKey key = new CacheKey(entry.id());
      images
          .catalog()
          .cached(key)
          .flatMap(known -> known.step().layer())
          .ifPresent(layer -> blobs.add(layer.digest()));
      events.add(new Decision.Draft<>(Subjects.cache(key), new BuildEvent.CacheDropped(key)));
      bytes += entry.shared() ? 0 : entry.size();
    }
    events.add(new Decision.Draft<>(Subjects.PRUNE_CACHE, new BuildEvent.BuildCachePruned(bytes)));
    var _ = images.run(cause, _ -> new Decision.Accepted<>(List.copyOf(events), true));
    content.collect(blobs, images::referencedBlobs);
    return new Pruned(doomed.stream().map(Entry::id).toList(), bytes);
  }

  private static boolean isWanted(Entry entry, Selection selection) {
    if (entry.shared() && !selection.all()) {
      return false;
    }
    if (selection.until().filter(until -> entry.lastUsed().isAfter(until)).isPresent()) {
      return false;
    }
    return selection.filters().entrySet().stream()
        .allMatch(filter ->
            filter.getValue().stream().anyMatch(value -> matches(entry, filter.getKey(), value)));
  }

  private static boolean matches(Entry entry, String key, String value) {
    return switch (key) {
      case "id" -> entry.id().startsWith(value);
      case "parent", "parents" -> entry.parents().contains(value);
      case "type" -> TYPE.equals(value);
      case "description" -> entry.description().contains(value);
      case "inuse" -> entry.inUse() == flag(value);
      case "shared" -> entry.shared() == flag(value);
      case "private" -> entry.shared() != flag(value);
      // An entry has no labels: system prune, which hands its label on, is to spare them all.
      case "label!" -> true;
      default -> false;
    };
  }

  private static boolean flag(String value) {
    return !value.equals("false") && !value.equals("0");
  }
}
