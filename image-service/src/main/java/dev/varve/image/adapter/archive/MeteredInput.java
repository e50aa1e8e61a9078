package dev.varve.image.adapter.archive;

import dev.varve.image.domain.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Counts, hashes if asked to, and refuses what grows beyond the budget. */
final class MeteredInput extends FilterInputStream {
  private final Budget budget;
  private final LongSupplier packedBytes;
  private final @Nullable MessageDigest hash;
  private final byte[] one = new byte[1];
  private long count;

  /**
   * @param packedBytes how many bytes have gone into the unpacking so far
   */
  MeteredInput(InputStream in, Budget budget, LongSupplier packedBytes, boolean hashed) {
    super(in);
    this.budget = budget;
    this.packedBytes = packedBytes;
    this.hash = hashed ? Digest.sha256() : null;
  }

  long count() {
    return count;
  }

  Digest digest() {
    if (hash == null) {
      throw new IllegalStateException("not hashed");
    }
    return Digest.of(hash);
  }

  @Override
  public int read() throws IOException {
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int read = in.read(target, offset, length);
    if (read > 0) {
      count += read;
      if (hash != null) {
        hash.update(target, offset, read);
      }
      budget.spend(read, count, packedBytes.getAsLong());
    }
    return read;
  }

  @Override
  public long skip(long wanted) throws IOException {
    return read(new byte[(int) Math.min(wanted, Compression.BUFFER)]);
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
