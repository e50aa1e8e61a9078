package dev.varve.image.application;

import dev.varve.eventlog.Cause;
import dev.varve.image.domain.Catalog;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.DiffId;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.Layer;
import dev.varve.image.domain.Origin;
import dev.varve.image.domain.PackedLayer;
import dev.varve.image.domain.RecordPacking;
import dev.varve.image.domain.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Brings the layers of an image into a registry, a few at a time: those that are there stay, those
 * that another repository of the registry has are taken from there, the others are uploaded.
 */
public final class LayerPushes {
  private static final int MOUNTS_TRIED = 4;

  private final ContentStore content;
  private final ImageLog images;
  private final Semaphore slots;

  /** Where this process has pushed blobs to: registry and digest to repositories. */
  private final Map<String, Set<String>> pushedTo = new ConcurrentHashMap<>();

  public LayerPushes(ContentStore content, ImageLog images, int atATime) {
    this.content = content;
    this.images = images;
    this.slots = new Semaphore(atATime, true);
  }

  /**
   * Returns the image's layers as the registry has them, from the bottom.
   *
   * @param form of the manifest that goes out
   */
  List<Descriptor> push(
      Registry.Repository repository,
      Reference target,
      Image image,
      ImageForm form,
      ProgressLine.Sink progress,
      Cause cause)
      throws IOException, InterruptedException {
    List<Layer> distinct = PushImage.distinct(image);
    for (Layer layer : distinct.reversed()) {
      say(progress, layer, "Preparing");
    }
    Map<DiffId, Descriptor> pushed = new HashMap<>();
    ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    try {
      List<Future<Descriptor>> futures = new ArrayList<>();
      for (Layer layer : distinct.reversed()) {
        futures.add(
            workers.submit(() -> oneOfFew(repository, target, layer, form, progress, cause)));
      }
      for (int i = 0; i < distinct.size(); i++) {
        pushed.put(distinct.reversed().get(i).diffId(), await(futures.get(i)));
      }
    } finally {
      workers.shutdownNow();
      workers.close();
    }
    return image.layers().stream().map(layer -> pushed.get(layer.diffId())).toList();
  }

  private Descriptor oneOfFew(
      Registry.Repository repository,
      Reference target,
      Layer layer,
      ImageForm form,
      ProgressLine.Sink progress,
      Cause cause)
      throws IOException, InterruptedException {
    if (!slots.tryAcquire()) {
      say(progress, layer, "Waiting");
      slots.acquire();
    }
    try {
      Descriptor pushed = push(repository, target, layer, form, progress, cause);
      pushedTo
          .computeIfAbsent(key(target, pushed.digest()), _ -> ConcurrentHashMap.newKeySet())
          .add(target.path());
      return pushed;
    } finally {
      slots.release();
    }
  }

  private Descriptor push(
      Registry.Repository repository,
      Reference target,
      Layer layer,
      ImageForm form,
      ProgressLine.Sink progress,
      Cause cause)
      throws IOException {
    boolean asStored = !form.isPacked(layer);
    Descriptor stored = form.stored(layer);
    Optional<Descriptor> known =
        asStored ? Optional.of(stored) : images.catalog().packing(layer.diffId()).map(form::packed);
    if (known.isPresent() && isForeign(layer)) {
      say(progress, layer, "Skipped foreign layer");
      return known.get();
    }
    if (known.isPresent() && repository.has(known.get().digest())) {
      say(progress, layer, "Layer already exists");
      return known.get();
    }
    if (known.isPresent()) {
      for (String source : sources(target, known.get().digest())) {
        if (repository.mount(known.get().digest(), source)) {
          say(progress, layer, "Mounted from " + source);
          return known.get();
        }
      }
    }
    Registry.BlobBytes bytes =
        () ->
            new Transfer(
                content.reader(layer.digest()), id(layer), "Pushing", layer.size(), progress);
    Descriptor pushed = stored;
    if (asStored) {
      repository.upload(stored, bytes);
    } else {
      pushed = repository.uploadPacked(form.layerType(), new GzipPacking(bytes));
      PackedLayer packed = new PackedLayer(layer.diffId(), pushed.digest(), pushed.size());
      pushed = form.packed(images.run(cause, new RecordPacking(packed)::decide));
    }
    say(progress, layer, "Pushed");
    return pushed;
  }

  /** Repositories of the same registry that have the blob, as far as the log tells. */
  private List<String> sources(Reference target, Digest blob) {
    Set<String> paths = new LinkedHashSet<>(pushedTo.getOrDefault(key(target, blob), Set.of()));
    Catalog catalog = images.catalog();
    for (Image image : catalog.images()) {
      if (image.layers().stream().noneMatch(layer -> layer.digest().equals(blob))) {
        continue;
      }
      image
          .origin()
          .remote()
          .filter(_ -> image.origin().kind() != Origin.Kind.RECEIVED)
          .filter(remote -> remote.registry().equals(target.domain()))
          .ifPresent(remote -> paths.add(remote.repository()));
      catalog.references(image.id()).stream()
          .map(state -> state.reference())
          .filter(reference -> reference.digest().isPresent())
          .filter(reference -> reference.domain().equals(target.domain()))
          .forEach(reference -> paths.add(reference.path()));
    }
    paths.remove(target.path());
    return new ArrayList<>(paths).subList(0, Math.min(paths.size(), MOUNTS_TRIED));
  }

  private static Descriptor await(Future<Descriptor> future)
      throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw io;
        case InterruptedException interrupted -> throw interrupted;
        case RuntimeException runtime -> throw runtime;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  private static boolean isForeign(Layer layer) {
    return layer.mediaType().contains("foreign") || layer.mediaType().contains("nondistributable");
  }

  private static String key(Reference target, Digest blob) {
    return target.domain() + " " + blob;
  }

  private static String id(Layer layer) {
    return layer.diffId().digest().shortHex();
  }

  private static void say(ProgressLine.Sink progress, Layer layer, String status) {
    progress.send(new ProgressLine.Step(id(layer), status));
  }
}
