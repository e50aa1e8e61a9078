package dev.varve.image.adapter.archive;

import dev.varve.image.application.ContentStore;
import dev.varve.image.domain.Digest;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Keeps no byte: for layers that are stored and are read once more to see what they hold. */
final class HashingIngest implements ContentStore.Ingest {
  private final MessageDigest hash = Digest.sha256();
  private long size;
  private @Nullable Digest digest;

  @Override
  public void write(byte[] bytes, int offset, int length) {
    hash.update(bytes, offset, length);
    size += length;
  }

  @Override
  public void finish() {
    if (digest == null) {
      digest = Digest.of(hash);
    }
  }

  @Override
  public Digest digest() {
    if (digest == null) {
      throw new IllegalStateException("the ingest is not finished");
    }
    return digest;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void abort() {
    // There is nothing to forget.
  }
}
