package dev.varve.snapshot.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Hashes what is read and refuses to read more than a limit. Not thread-safe. */
public final class MeasuredInputStream extends FilterInputStream {
  private final MessageDigest digest;
  private final long limit;
  private long read;

  public MeasuredInputStream(InputStream in, long limit) {
    super(in);
    this.limit = limit;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int count = in.read(buffer, offset, length);
    if (count > 0) {
      read += count;
      if (read > limit) {
        throw new ArchiveRefusedException("the archive is larger than " + limit + " bytes");
      }
      digest.update(buffer, offset, count);
    }
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    throw new IOException("what is skipped is not hashed");
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /** {@code sha256:…} of all read so far; ends the measurement. */
  public String digest() {
    return "sha256:" + HexFormat.of().formatHex(digest.digest());
  }
}
