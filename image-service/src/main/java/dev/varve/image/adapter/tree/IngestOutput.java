package dev.varve.image.adapter.tree;

import dev.varve.image.application.ContentStore;
import java.io.IOException;
import java.io.OutputStream;

/** Bytes on their way into the content store, as many as may be. */
final class IngestOutput extends OutputStream {
  private final ContentStore.Ingest ingest;
  private final long limit;

  IngestOutput(ContentStore.Ingest ingest) {
    this(ingest, Long.MAX_VALUE);
  }

  IngestOutput(ContentStore.Ingest ingest, long limit) {
    this.ingest = ingest;
    this.limit = limit;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length > limit - ingest.size()) {
      throw new IOException("the layer is larger than " + limit + " bytes");
    }
    ingest.write(bytes, offset, length);
  }
}
