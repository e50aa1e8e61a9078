package dev.varve.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Counts what is read, hashes it if asked to, and lets a meter stop it. One thread. */
public final class MeasuredInputStream extends FilterInputStream {
  private static final int SKIP = 1 << 16;

  private final @Nullable MessageDigest hash;
  private final Meter meter;
  private final byte[] one = new byte[1];
  private long count;

  private MeasuredInputStream(InputStream in, Meter meter, @Nullable MessageDigest hash) {
    super(in);
    this.meter = meter;
    this.hash = hash;
  }

  public static MeasuredInputStream counting(InputStream in, Meter meter) {
    return new MeasuredInputStream(in, meter, null);
  }

  public static MeasuredInputStream hashing(InputStream in, Meter meter) {
    try {
      return new MeasuredInputStream(in, meter, MessageDigest.getInstance("SHA-256"));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  public long count() {
    return count;
  }

  /** {@code sha256:…} of all read so far; ends the measurement. */
  public String digest() {
    if (hash == null) {
      throw new IllegalStateException("not hashed");
    }
    return "sha256:" + HexFormat.of().formatHex(hash.digest());
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
      meter.passed(read, count);
      if (hash != null) {
        hash.update(target, offset, read);
      }
    }
    return read;
  }

  @Override
  public long skip(long wanted) throws IOException {
    return Math.max(0, read(new byte[(int) Math.min(wanted, SKIP)]));
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
