package dev.varve.image.adapter.archive;

import dev.varve.image.application.ContentStore;
import dev.varve.image.application.ImageArchives.ArchivedLayer;
import dev.varve.image.domain.DiffId;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Takes one layer's bytes in: written and hashed as they are, unpacked, hashed again and checked,
 * all in one pass. An uncompressed layer is hashed once: its digest is its diff id.
 */
final class LayerSpooler {
  private final Budget budget;
  private final Faults faults;

  LayerSpooler(Budget budget, Faults faults) {
    this.budget = budget;
    this.faults = faults;
  }

  /**
   * @throws ArchiveFormatException when it is no sound layer; nothing of it is kept then
   */
  ArchivedLayer spool(InputStream bytes, Compression compression, ContentStore.Lease lease)
      throws IOException {
    String mediaType = mediaType(compression);
    ContentStore.Ingest ingest;
    try {
      ingest = lease.ingest();
    } catch (IOException e) {
      throw faults.note(e);
    }
    try {
      return spool(bytes, compression, ingest, mediaType);
    } catch (IOException e) {
      ingest.abort();
      faults.rethrow();
      throw e instanceof ArchiveFormatException ? e : new ArchiveFormatException(said(e));
    }
  }

  private ArchivedLayer spool(
      InputStream bytes, Compression compression, ContentStore.Ingest ingest, String mediaType)
      throws IOException {
    SpoolingInput stored = new SpoolingInput(bytes, ingest, faults);
    boolean packed = compression != Compression.NONE;
    InputStream unpacked =
        compression.unpack(packed ? new BufferedInputStream(stored, Compression.BUFFER) : stored);
    MeteredInput tar = new MeteredInput(unpacked, budget, stored::count, packed);
    LayerCheck.walk(
        new BufferedInputStream(tar, Compression.BUFFER), budget.limits().layerEntries());
    // What lies behind the end mark belongs to the diff id as well.
    tar.transferTo(OutputStream.nullOutputStream());
    stored.drain();
    ingest.finish();
    return new ArchivedLayer(
        ingest,
        ingest.digest(),
        ingest.size(),
        new DiffId(packed ? tar.digest() : ingest.digest()),
        packed ? tar.count() : ingest.size(),
        mediaType);
  }

  /** A library's complaint in words like Docker's. */
  static String said(IOException e) {
    if (e instanceof EOFException) {
      return "unexpected EOF";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static String mediaType(Compression compression) throws ArchiveFormatException {
    String tar = "application/vnd.oci.image.layer.v1.tar";
    return switch (compression) {
      case NONE -> tar;
      case GZIP -> tar + "+gzip";
      case ZSTD -> tar + "+zstd";
      case BZIP2, XZ ->
          throw new ArchiveFormatException("unsupported layer compression: " + compression);
    };
  }
}
