package dev.varve.image.adapter.archive;

import java.io.IOException;
import java.io.InputStream;

/** The archive as it arrives, counted; its failures are noted as such. */
final class SourceInput extends InputStream {
  private final InputStream in;
  private final Faults faults;
  private final byte[] one = new byte[1];
  private long count;

  SourceInput(InputStream in, Faults faults) {
    this.in = in;
    this.faults = faults;
  }

  long count() {
    return count;
  }

  @Override
  public int read() throws IOException {
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    try {
      int read = in.read(target, offset, length);
      count += Math.max(0, read);
      return read;
    } catch (IOException e) {
      throw faults.note(e);
    }
  }
}
