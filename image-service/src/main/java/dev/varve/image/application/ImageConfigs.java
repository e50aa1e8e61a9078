package dev.varve.image.application;

import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.ImageConfig;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Config documents of present images, small ones kept in memory: every inspect and list needs them.
 * Any thread.
 */
public final class ImageConfigs {
  private static final int KEPT_BYTES = 64 << 10;

  private final ContentStore content;
  private final Documents documents;
  private final Map<Digest, Loaded> kept = new ConcurrentHashMap<>();

  public ImageConfigs(ContentStore content, Documents documents) {
    this.content = content;
    this.documents = documents;
  }

  /** A document with what was read from it. */
  @SuppressWarnings("ArrayRecordComponent") // never compared: the digest stands for the bytes
  public record Loaded(byte[] bytes, ImageConfig config) {}

  /**
   * The config of an image.
   *
   * @throws IOException when the blob is gone or no longer what the image's id says
   */
  public Loaded of(Image image) throws IOException {
    Loaded known = kept.get(image.id());
    if (known != null) {
      return known;
    }
    byte[] bytes;
    try (InputStream blob = content.reader(image.id())) {
      bytes = blob.readNBytes((int) image.configSize() + 1);
    }
    if (!Digest.of(bytes).equals(image.id())) {
      throw new CorruptBlobException(image.id());
    }
    Loaded loaded = new Loaded(bytes, documents.config(bytes));
    if (bytes.length <= KEPT_BYTES) {
      kept.put(image.id(), loaded);
    }
    return loaded;
  }

  /** Forgets what is not among the present images. */
  void retain(Set<Digest> present) {
    kept.keySet().retainAll(present);
  }
}
