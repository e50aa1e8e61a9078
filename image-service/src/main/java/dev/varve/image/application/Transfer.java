package dev.varve.image.application;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Bytes on their way, told about now and then. One thread. */
final class Transfer extends FilterInputStream {
  private static final long PAUSE_NANOS = 100_000_000L;

  private final String id;
  private final String status;
  private final long total;
  private final ProgressLine.Sink progress;
  private long count;
  private long told = System.nanoTime() - PAUSE_NANOS;

  Transfer(InputStream in, String id, String status, long total, ProgressLine.Sink progress) {
    super(in);
    this.id = id;
    this.status = status;
    this.total = total;
    this.progress = progress;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int read = in.read(target, offset, length);
    if (read > 0) {
      count += read;
      long now = System.nanoTime();
      if (now - told >= PAUSE_NANOS) {
        told = now;
        progress.send(new ProgressLine.Part(id, status, count, total));
      }
    }
    return read;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
