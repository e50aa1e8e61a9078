package dev.varve.image.adapter.archive;

import dev.varve.image.application.ContentStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Hands bytes on and writes them to an ingest as they pass. */
final class SpoolingInput extends InputStream {
  private final InputStream in;
  private final ContentStore.Ingest ingest;
  private final Faults faults;
  private final byte[] one = new byte[1];

  SpoolingInput(InputStream in, ContentStore.Ingest ingest, Faults faults) {
    this.in = in;
    this.ingest = ingest;
    this.faults = faults;
  }

  long count() {
    return ingest.size();
  }

  @Override
  public int read() throws IOException {
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int read = in.read(target, offset, length);
    if (read > 0) {
      try {
        ingest.write(target, offset, read);
      } catch (IOException e) {
        throw faults.note(e);
      }
    }
    return read;
  }

  /** The source is somebody else's. */
  @Override
  public void close() {}

  /** Lets the rest pass. */
  void drain() throws IOException {
    transferTo(OutputStream.nullOutputStream());
  }
}
