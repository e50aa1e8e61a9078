package dev.varve.snapshot.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.CommandRunner;
import dev.varve.eventlog.CrashPoint;
import dev.varve.eventlog.Ledger;
import dev.varve.snapshot.domain.AppliedLayer;
import dev.varve.snapshot.domain.ChainId;
import dev.varve.snapshot.domain.Image;
import dev.varve.snapshot.domain.Layer;
import dev.varve.snapshot.domain.LayerDecider;
import dev.varve.snapshot.domain.SnapshotEvent;
import dev.varve.snapshot.domain.SnapshotState;
import dev.varve.snapshot.domain.SnapshotState.LayerPresent;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Keeps the layers that images need unpacked on this node, each once, and drops the others.
 *
 * <p>Layers of an image are applied at the same time, since each is only its own difference;
 * recorded bottom first. Whoever needs a layer that is being applied joins that application. All
 * methods block and are meant for virtual threads; disk work runs on the given platform threads.
 */
public final class Layers {
  private static final Logger LOG = Logger.getLogger(Layers.class);
  private static final int TRIES = 5;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  private final Snapshotter snapshotter;
  private final BlobSource blobs;
  private final CommandRunner<SnapshotState, SnapshotEvent> commands;
  private final Ledger<SnapshotState, SnapshotEvent> ledger;
  private final LayerDecider decider;
  private final String node;
  private final ExecutorService disk;
  private final Executor virtual;
  private final KeyedLocks<ChainId> locks = new KeyedLocks<>();
  private final ConcurrentHashMap<ChainId, Long> appliedAt = new ConcurrentHashMap<>();

  /**
   * @param disk platform threads; as many layers are applied at once
   * @param virtual makes a virtual thread per task
   */
  public Layers(
      Snapshotter snapshotter,
      BlobSource blobs,
      CommandRunner<SnapshotState, SnapshotEvent> commands,
      Ledger<SnapshotState, SnapshotEvent> ledger,
      String node,
      ExecutorService disk,
      Executor virtual) {
    this.snapshotter = snapshotter;
    this.blobs = blobs;
    this.commands = commands;
    this.ledger = ledger;
    this.decider = new LayerDecider(node);
    this.node = node;
    this.disk = disk;
    this.virtual = virtual;
  }

  /**
   * Returns when all layers of the image are applied and recorded.
   *
   * @throws IOException when one cannot be; that is recorded too, and the others are applied
   */
  public void ensure(Image image, Cause cause) throws IOException, InterruptedException {
    List<CompletableFuture<AppliedLayer>> applications = new ArrayList<>();
    for (Layer layer : image.layers()) {
      List<CompletableFuture<AppliedLayer>> below = List.copyOf(applications);
      applications.add(begin(layer, () -> chainIds(below)));
    }
    IOException failure = null;
    for (int i = 0; i < applications.size(); i++) {
      Layer layer = image.layers().get(i);
      try {
        AppliedLayer applied = await(applications.get(i));
        if (failure == null) {
          record(applied, cause);
        }
      } catch (IOException e) {
        recordFailure(layer.chainId(), image.id(), String.valueOf(e.getMessage()), cause);
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * Applies a layer before any image has it; those below are under way already, or are applied too
   * if it turns out to refer to their files. Recorded if the one below it is: else with its image.
   *
   * @param chain the layer, and before it those below, bottom first
   */
  public void ahead(List<Layer> chain, Cause cause) throws IOException, InterruptedException {
    AppliedLayer applied = applyWithBelow(chain);
    if (applied.parent().isEmpty() || isRecorded(applied.parent().get())) {
      record(applied, cause);
    }
  }

  private AppliedLayer applyWithBelow(List<Layer> chain) throws IOException, InterruptedException {
    List<Layer> below = chain.subList(0, chain.size() - 1);
    return applyOnce(
        chain.getLast(),
        () -> {
          for (int top = 1; top <= below.size(); top++) {
            var _ = applyWithBelow(below.subList(0, top));
          }
          return below.stream().map(Layer::chainId).toList();
        });
  }

  /** Whether all of the chain are there, without doing anything about it. */
  public boolean arePresent(List<ChainId> chain) throws IOException {
    for (ChainId chainId : chain) {
      try (var _ = locks.hold(chainId)) {
        if (snapshotter.layer(chainId).isEmpty()) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * When the newest of these layers was applied by this process, on {@link System#nanoTime}'s
   * scale; {@link Long#MIN_VALUE} when all of them were there before.
   */
  public long newestApplication(List<ChainId> chain) {
    return chain.stream()
        .mapToLong(chainId -> appliedAt.getOrDefault(chainId, Long.MIN_VALUE))
        .max()
        .orElse(Long.MIN_VALUE);
  }

  /** All layers of this node, on disk or in the record. */
  public Set<ChainId> all() throws IOException {
    Set<ChainId> all = new HashSet<>(snapshotter.layers());
    ledger
        .live()
        .forEach((subject, state) -> {
          if (state instanceof LayerPresent(AppliedLayer layer)
              && subject.equals(SnapshotEvent.layerSubject(node, layer.chainId()))) {
            all.add(layer.chainId());
          }
        });
    return all;
  }

  /**
   * Drops those that nobody needs, on disk and in the record.
   *
   * @param needed asked again for each layer right before it goes, while nobody can begin to use it
   */
  public void dropUnneeded(Collection<ChainId> candidates, Predicate<ChainId> needed, Cause cause)
      throws IOException, InterruptedException {
    for (ChainId chainId : candidates) {
      if (!needed.test(chainId)) {
        drop(chainId, needed, cause);
      }
    }
  }

  private void drop(ChainId chainId, Predicate<ChainId> needed, Cause cause)
      throws IOException, InterruptedException {
    try (var _ = locks.hold(chainId)) {
      if (needed.test(chainId)) {
        return;
      }
      onDisk(() -> {
        snapshotter.drop(chainId);
        return true;
      });
      appliedAt.remove(chainId);
      CrashPoint.reach("snapshot.layer.dropped-before-announce");
      commands.run(cause, now -> decider.dropped(now, chainId));
    }
  }

  /** The layers below another one. */
  private interface Below {
    /** Their chain, bottom first, when all of them are applied. */
    List<ChainId> applied() throws IOException, InterruptedException;
  }

  private static List<ChainId> chainIds(List<CompletableFuture<AppliedLayer>> applications)
      throws IOException, InterruptedException {
    List<ChainId> chain = new ArrayList<>();
    for (CompletableFuture<AppliedLayer> application : applications) {
      chain.add(await(application).chainId());
    }
    return chain;
  }

  private CompletableFuture<AppliedLayer> begin(Layer layer, Below below) throws IOException {
    // A look without the lock saves a thread for each layer that is there; the look that counts
    // is the one of the thread that then holds the lock.
    CompletableFuture<AppliedLayer> application = new CompletableFuture<>();
    Callable<AppliedLayer> work = () -> applyOnce(layer, below);
    if (snapshotter.layer(layer.chainId()).isPresent()) {
      run(work, application);
    } else {
      virtual.execute(() -> run(work, application));
    }
    return application;
  }

  private static void run(
      Callable<AppliedLayer> work, CompletableFuture<AppliedLayer> application) {
    try {
      application.complete(work.call());
    } catch (Throwable e) {
      application.completeExceptionally(e);
    }
  }

  private AppliedLayer applyOnce(Layer layer, Below below)
      throws IOException, InterruptedException {
    try (var _ = locks.hold(layer.chainId())) {
      Optional<AppliedLayer> present = snapshotter.layer(layer.chainId());
      if (present.isPresent()) {
        return present.get();
      }
      AppliedLayer applied = applyPatiently(layer, below);
      appliedAt.put(layer.chainId(), System.nanoTime());
      CrashPoint.reach("snapshot.layer.applied-before-announce");
      return applied;
    }
  }

  private AppliedLayer applyPatiently(Layer layer, Below below)
      throws IOException, InterruptedException {
    Optional<List<ChainId>> lower =
        layer.parent().isEmpty() ? Optional.of(List.of()) : Optional.empty();
    Duration pause = FIRST_PAUSE;
    for (int tries = 1; ; tries++) {
      Optional<List<ChainId>> known = lower;
      try {
        return onDisk(() -> applyFromSource(layer, known));
      } catch (LowerLayersNeededException e) {
        lower = Optional.of(below.applied());
      } catch (BlobUnavailableException e) {
        if (tries >= TRIES) {
          throw e;
        }
        LOG.infof("layer %s: %s; trying again", layer.chainId(), e.getMessage());
        Thread.sleep(pause);
        pause = pause.multipliedBy(2);
      }
    }
  }

  private AppliedLayer applyFromSource(Layer layer, Optional<List<ChainId>> lower)
      throws IOException {
    try (InputStream blob = blobs.open(layer.blob())) {
      return snapshotter.apply(layer, blob, lower);
    }
  }

  private void record(AppliedLayer applied, Cause cause) {
    if (isRecorded(applied.chainId())) {
      return;
    }
    // All who joined one application come here at once; one event is enough.
    try (var _ = locks.hold(applied.chainId())) {
      if (!isRecorded(applied.chainId())) {
        commands.run(cause, now -> decider.applied(now, applied));
      }
    }
  }

  /** Unless somebody else's attempt has succeeded meanwhile. */
  private void recordFailure(ChainId chainId, String imageId, String message, Cause cause)
      throws IOException {
    LOG.warnf("layer %s of image %s: %s", chainId, imageId, message);
    try (var _ = locks.hold(chainId)) {
      if (snapshotter.layer(chainId).isEmpty()) {
        commands.run(cause, now -> decider.failed(now, chainId, imageId, message));
      }
    }
  }

  private boolean isRecorded(ChainId chainId) {
    return ledger.state(SnapshotEvent.layerSubject(node, chainId)).orElse(null)
        instanceof LayerPresent;
  }

  private <T> T onDisk(Callable<T> work) throws IOException, InterruptedException {
    CompletableFuture<T> done = new CompletableFuture<>();
    disk.execute(() -> {
      try {
        done.complete(work.call());
      } catch (Throwable e) {
        done.completeExceptionally(e);
      }
    });
    return await(done);
  }

  private static <T> T await(CompletableFuture<T> future) throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw io;
        case RuntimeException runtime -> throw runtime;
        case InterruptedException interrupted -> throw interrupted;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }
}
