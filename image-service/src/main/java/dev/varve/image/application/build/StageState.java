package dev.varve.image.application.build;

import dev.varve.image.application.Documents;
import dev.varve.image.dockerfile.Scope;
import dev.varve.image.domain.CacheKey;
import dev.varve.image.domain.ChainId;
import dev.varve.image.domain.ConfigChanges;
import dev.varve.image.domain.DiffId;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.Layer;
import dev.varve.image.domain.Origin;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.RunConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a stage has come to: layers, what its image gives to containers, history, variables. One
 * thread; others may read it once the stage is done.
 */
final class StageState {
  private final Optional<Base> base;
  private final Platform platform;
  private final Scope scope;
  private final RunConfig config;
  private final ConfigChanges changes;
  private final List<Layer> layers;
  private final List<Documents.Step> steps;

  /** By path: what the layers above {@link #ground} have, when all of that is known. */
  private final Map<String, FileNode> above;

  private @Nullable Digest ground;
  private boolean aboveKnown;
  private Instant created;
  private String author = "";
  private Optional<CacheKey> lastKey = Optional.empty();

  /** The image that a FROM named. */
  record Base(Image image, byte[] document) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Base base && base.image.equals(image);
    }

    @Override
    public int hashCode() {
      return image.hashCode();
    }
  }

  private StageState(
      Optional<Base> base,
      Platform platform,
      Scope scope,
      RunConfig config,
      List<Layer> layers,
      List<Documents.Step> steps,
      Instant created) {
    this.base = base;
    this.platform = platform;
    this.scope = scope;
    this.config = config;
    this.changes = new ConfigChanges(config);
    this.layers = new ArrayList<>(layers);
    this.steps = new ArrayList<>(steps);
    this.above = new HashMap<>();
    this.aboveKnown = true;
    this.created = created;
  }

  static StageState scratch(Platform platform, Scope scope) {
    return new StageState(
        Optional.empty(), platform, scope, new RunConfig(), List.of(), List.of(), Instant.EPOCH);
  }

  /**
   * @param scope that has the image's environment
   */
  static StageState on(Base base, RunConfig config, Scope scope, Instant created) {
    StageState state =
        new StageState(
            Optional.of(base),
            base.image().platform(),
            scope,
            config,
            base.image().layers(),
            List.of(),
            created);
    state.ground = base.image().id();
    return state;
  }

  /** A stage that begins where this one ended. */
  StageState child() {
    StageState child =
        new StageState(
            base, platform, scope.child(), RunConfig.copy(config), layers, steps, created);
    child.ground = ground;
    child.aboveKnown = aboveKnown;
    child.above.putAll(above);
    child.author = author;
    child.lastKey = lastKey;
    return child;
  }

  Optional<Base> base() {
    return base;
  }

  Platform platform() {
    return platform;
  }

  Scope scope() {
    return scope;
  }

  RunConfig config() {
    return config;
  }

  /** By which instructions change the config. */
  ConfigChanges changes() {
    return changes;
  }

  List<Layer> layers() {
    return layers;
  }

  Instant created() {
    return created;
  }

  Optional<CacheKey> lastKey() {
    return lastKey;
  }

  void setAuthor(String name) {
    author = name;
  }

  /** Names all files there are; empty for none. */
  String chain() {
    return layers.isEmpty() ? "" : layers.getLast().chainId().toString();
  }

  List<DiffId> diffIds() {
    return layers.stream().map(Layer::diffId).toList();
  }

  /** A step that changed no file. */
  void note(String createdBy) {
    steps.add(new Documents.Step(created, createdBy, "", Optional.empty()));
  }

  /**
   * A step that may have changed files.
   *
   * @param made as it is stored; its place is this stage's top
   */
  void add(CacheKey key, String createdBy, Instant when, Optional<Layer> made, Origin origin) {
    lastKey = Optional.of(key);
    if (made.isEmpty()) {
      note(createdBy);
      return;
    }
    created = when;
    steps.add(
        new Documents.Step(when, createdBy, ImportedCache.comment(key), made.map(Layer::diffId)));
    layers.add(placed(made.get(), createdBy, origin));
  }

  private Layer placed(Layer made, String createdBy, Origin origin) {
    List<DiffId> diffIds = new ArrayList<>(diffIds());
    diffIds.add(made.diffId());
    return new Layer(
        layers.size(),
        made.digest(),
        made.diffId(),
        ChainId.chain(diffIds).getLast(),
        made.size(),
        made.mediaType(),
        createdBy,
        made.uncompressedSize(),
        origin);
  }

  /** The document of the image that this is so far. */
  Documents.BuiltConfig document() {
    return new Documents.BuiltConfig(platform, created, config, author, "", steps);
  }

  /** The image with all layers but those whose files are {@link #above}; null without any. */
  @Nullable Digest ground() {
    return ground;
  }

  /** An image has all the layers. */
  void stand(Digest image) {
    ground = image;
    above.clear();
    aboveKnown = true;
  }

  /** The last layer has these files and nothing else. */
  void cover(Map<String, FileNode> files) {
    above.putAll(files);
  }

  /** What the last layer has is not known. */
  void coverUnknown() {
    above.clear();
    aboveKnown = false;
  }

  boolean isAboveKnown() {
    return aboveKnown;
  }

  Map<String, FileNode> above() {
    return above;
  }
}
