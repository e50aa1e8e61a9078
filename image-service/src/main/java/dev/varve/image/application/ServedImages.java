package dev.varve.image.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.CrashPoint;
import dev.varve.image.domain.Catalog;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.DiffId;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.Layer;
import dev.varve.image.domain.PackedLayer;
import dev.varve.image.domain.RecordPacking;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Present images as the engine's registry gives them, each in its {@link ImageForm}. Plain layers
 * are packed when they are first asked for; what they become is recorded, and kept in the content
 * store as long as the image is. Any thread.
 */
public final class ServedImages {
  private static final int PACKED_AT_A_TIME = 2;

  private final ContentStore content;
  private final Documents documents;
  private final ImageLog images;
  private final KeyedLocks<DiffId> locks = new KeyedLocks<>();
  private final Semaphore slots = new Semaphore(PACKED_AT_A_TIME, true);

  /** A manifest with its bytes. */
  @SuppressWarnings("ArrayRecordComponent") // never compared: the digest stands for the bytes
  public record Served(String mediaType, Digest digest, byte[] bytes) {}

  public ServedImages(ContentStore content, Documents documents, ImageLog images) {
    this.content = content;
    this.documents = documents;
    this.images = images;
  }

  /** The manifest, whose layers are in the content store afterwards. */
  Served manifest(Image image, Cause cause) throws IOException, InterruptedException {
    ImageForm form = ImageForm.of(image);
    if (form == ImageForm.STORED) {
      return stored(image.manifestMediaType(), image.manifest());
    }
    ContentStore.Lease lease = content.lease();
    try {
      HeldImages.hold(image, lease, content);
      return made(image, form, pack(image, form, lease, cause));
    } finally {
      lease.release(images::referencedBlobs);
    }
  }

  /** The same, if its layers have been packed already, or need not be. */
  Optional<Digest> knownDigest(Image image) {
    ImageForm form = ImageForm.of(image);
    if (form == ImageForm.STORED) {
      return Optional.of(image.manifest());
    }
    Catalog catalog = images.catalog();
    Map<DiffId, PackedLayer> packed = new LinkedHashMap<>();
    for (Layer layer : image.layers()) {
      if (form.isPacked(layer)) {
        Optional<PackedLayer> known = catalog.packing(layer.diffId());
        if (known.isEmpty()) {
          return Optional.empty();
        }
        packed.put(layer.diffId(), known.get());
      }
    }
    return Optional.of(made(image, form, packed).digest());
  }

  /**
   * A manifest of the content store.
   *
   * @throws CorruptBlobException when its bytes are no longer what they were
   */
  Served stored(String mediaType, Digest digest) throws IOException {
    try (InputStream blob = content.reader(digest)) {
      byte[] bytes = blob.readAllBytes();
      if (!Digest.of(bytes).equals(digest)) {
        throw new CorruptBlobException(digest);
      }
      return new Served(mediaType, digest, bytes);
    }
  }

  private Served made(Image image, ImageForm form, Map<DiffId, PackedLayer> packed) {
    List<Descriptor> layers = new ArrayList<>();
    for (Layer layer : image.layers()) {
      PackedLayer other = packed.get(layer.diffId());
      layers.add(other == null || !form.isPacked(layer) ? form.stored(layer) : form.packed(other));
    }
    byte[] bytes = documents.manifest(form.mediaType(), form.config(image), layers);
    return new Served(form.mediaType(), Digest.of(bytes), bytes);
  }

  private Map<DiffId, PackedLayer> pack(
      Image image, ImageForm form, ContentStore.Lease lease, Cause cause)
      throws IOException, InterruptedException {
    Map<DiffId, Future<PackedLayer>> futures = new LinkedHashMap<>();
    ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    try {
      for (Layer layer : image.layers()) {
        if (form.isPacked(layer) && !futures.containsKey(layer.diffId())) {
          futures.put(layer.diffId(), workers.submit(() -> pack(layer, lease, cause)));
        }
      }
      Map<DiffId, PackedLayer> packed = new LinkedHashMap<>();
      for (Map.Entry<DiffId, Future<PackedLayer>> future : futures.entrySet()) {
        packed.put(future.getKey(), await(future.getValue()));
      }
      return packed;
    } finally {
      workers.shutdownNow();
      workers.close();
    }
  }

  private PackedLayer pack(Layer layer, ContentStore.Lease lease, Cause cause)
      throws IOException, InterruptedException {
    try (KeyedLocks.Held _ = locks.hold(layer.diffId())) {
      Optional<PackedLayer> known = images.catalog().packing(layer.diffId());
      if (known.isPresent()) {
        lease.hold(List.of(known.get().digest()));
        if (content.has(known.get().digest())) {
          return known.get();
        }
      }
      slots.acquire();
      try {
        ContentStore.Ingest ingest = lease.ingest();
        GzipPacking packing = new GzipPacking(() -> content.reader(layer.digest()));
        try (InputStream bytes = packing.open()) {
          byte[] buffer = new byte[128 << 10];
          for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
            ingest.write(buffer, 0, read);
          }
        }
        ingest.finish();
        lease.commit(List.of(ingest));
        CrashPoint.reach("image.pack.blob-committed");
        PackedLayer packed = new PackedLayer(layer.diffId(), ingest.digest(), ingest.size());
        return images.run(cause, new RecordPacking(packed)::decide);
      } finally {
        slots.release();
      }
    }
  }

  private static PackedLayer await(Future<PackedLayer> future)
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
}
