package dev.varve.image.application;

import dev.varve.eventlog.CrashPoint;
import dev.varve.eventlog.Problem;
import dev.varve.image.application.ImageArchives.ArchivedLayer;
import dev.varve.image.application.ImageArchives.MeasuredLayer;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.DiffId;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.Layer;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Brings layers into the content store, each once, a few at a time: who wants one that somebody
 * else is fetching waits for it. Bytes are written, hashed, unpacked, hashed again and checked as
 * they come. Any thread.
 */
public final class LayerFetches {
  private static final int REMEMBERED = 10_000;

  private final ImageArchives archives;
  private final ContentStore content;
  private final ImageLog images;
  private final Semaphore slots;
  private final KeyedLocks<Digest> locks = new KeyedLocks<>();

  /** What stored layers unpack to, for those that no image tells of. */
  private final Map<Digest, Unpacked> verified = new ConcurrentHashMap<>();

  /** What a layer's blob holds. */
  record Unpacked(DiffId diffId, long size) {}

  /** Hears what becomes of one layer, on the thread that fetches it. */
  interface Listener {
    void waiting();

    InputStream downloading(InputStream bytes);

    void verifying();

    void complete();
  }

  public LayerFetches(ImageArchives archives, ContentStore content, ImageLog images, int atATime) {
    this.archives = archives;
    this.content = content;
    this.images = images;
    this.slots = new Semaphore(atATime, true);
  }

  /**
   * What is there and known to be sound; held by the lease from now on.
   *
   * @param known layers of present images
   */
  Optional<Unpacked> present(Digest layer, Map<Digest, Layer> known, ContentStore.Lease lease)
      throws IOException {
    if (!content.has(layer)) {
      return Optional.empty();
    }
    lease.hold(List.of(layer));
    if (!content.has(layer)) {
      return Optional.empty();
    }
    Layer ofImage = known.get(layer);
    return ofImage == null
        ? Optional.ofNullable(verified.get(layer))
        : Optional.of(new Unpacked(ofImage.diffId(), ofImage.uncompressedSize()));
  }

  /** Layers of present images by their blobs. */
  Map<Digest, Layer> ofImages() {
    Map<Digest, Layer> layers = new LinkedHashMap<>();
    for (Image image : images.catalog().images()) {
      image.layers().forEach(layer -> layers.putIfAbsent(layer.digest(), layer));
    }
    return layers;
  }

  /**
   * Returns when the layer is stored, sound, and what it is expected to be.
   *
   * @throws dev.varve.eventlog.ProblemException when it is not
   */
  Unpacked fetch(
      Registry.Repository from,
      Descriptor layer,
      DiffId expected,
      ContentStore.Lease lease,
      Listener listener)
      throws IOException, InterruptedException {
    try (KeyedLocks.Held _ = locks.hold(layer.digest())) {
      Optional<Unpacked> there = present(layer.digest(), Map.of(), lease);
      if (there.isPresent()) {
        listener.complete();
        return there.get();
      }
      if (!slots.tryAcquire()) {
        listener.waiting();
        slots.acquire();
      }
      try {
        boolean stored = content.has(layer.digest());
        InputStream source = stored ? content.reader(layer.digest()) : from.blob(layer);
        try (InputStream bytes = listener.downloading(source)) {
          return store(bytes, layer, expected, lease, listener);
        }
      } finally {
        slots.release();
      }
    }
  }

  /**
   * What a layer in the store holds; it is read for that unless it is known.
   *
   * @param known layers of present images
   * @throws dev.varve.eventlog.ProblemException INVALID when it is no sound layer
   */
  Unpacked measure(Digest layer, Map<Digest, Layer> known)
      throws IOException, InterruptedException {
    Layer ofImage = known.get(layer);
    if (ofImage != null) {
      return new Unpacked(ofImage.diffId(), ofImage.uncompressedSize());
    }
    try (KeyedLocks.Held _ = locks.hold(layer)) {
      Unpacked before = verified.get(layer);
      if (before != null) {
        return before;
      }
      slots.acquire();
      try (InputStream stored = content.reader(layer)) {
        MeasuredLayer measured = archives.measureLayer(stored);
        if (!measured.digest().equals(layer)) {
          throw new CorruptBlobException(layer);
        }
        return remember(layer, new Unpacked(measured.diffId(), measured.uncompressedSize()));
      } finally {
        slots.release();
      }
    }
  }

  private Unpacked remember(Digest layer, Unpacked unpacked) {
    if (verified.size() > REMEMBERED) {
      verified.clear();
    }
    verified.put(layer, unpacked);
    return unpacked;
  }

  private Unpacked store(
      InputStream bytes,
      Descriptor layer,
      DiffId expected,
      ContentStore.Lease lease,
      Listener listener)
      throws IOException {
    ArchivedLayer arrived = archives.readLayer(bytes, lease);
    listener.verifying();
    if (!arrived.digest().equals(layer.digest())) {
      arrived.ingest().abort();
      throw refusal("filesystem layer verification failed for digest %s".formatted(layer.digest()));
    }
    if (arrived.size() != layer.size()) {
      arrived.ingest().abort();
      throw refusal(
          "layer %s has %d bytes, its descriptor says %d"
              .formatted(layer.digest(), arrived.size(), layer.size()));
    }
    if (!arrived.diffId().equals(expected)) {
      arrived.ingest().abort();
      throw refusal("layers from manifest don't match image configuration");
    }
    lease.commit(List.of(arrived.ingest()));
    CrashPoint.reach("image.pull.blob-committed");
    Unpacked unpacked =
        remember(layer.digest(), new Unpacked(arrived.diffId(), arrived.uncompressedSize()));
    listener.complete();
    return unpacked;
  }

  private static RuntimeException refusal(String text) {
    return new Problem(Problem.Code.INVALID, text).asException();
  }
}
