package dev.varve.image.adapter.archive;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.archive.Compression;
import dev.varve.archive.MeasuredInputStream;
import dev.varve.archive.ReadAhead;
import dev.varve.image.application.ContentStore;
import dev.varve.image.application.ImageArchives.ArchivedLayer;
import dev.varve.image.domain.DiffId;
import dev.varve.image.domain.Digest;
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
  static final int BUFFER = 1 << 17;

  /** Where the bytes of the next layer go. */
  @FunctionalInterface
  interface Ingests {
    ContentStore.Ingest next() throws IOException;
  }

  private final Budget budget;
  private final Faults faults;

  LayerSpooler(Budget budget, Faults faults) {
    this.budget = budget;
    this.faults = faults;
  }

  /**
   * @throws ArchiveRefusedException when it is no sound layer; nothing of it is kept then
   */
  ArchivedLayer spool(InputStream bytes, Compression compression, Ingests ingests)
      throws IOException {
    String mediaType = mediaType(compression);
    ContentStore.Ingest ingest;
    try {
      ingest = ingests.next();
    } catch (IOException e) {
      throw faults.note(e);
    }
    try {
      return spool(bytes, compression, ingest, mediaType);
    } catch (IOException e) {
      ingest.abort();
      faults.rethrow();
      throw e instanceof ArchiveRefusedException ? e : new ArchiveRefusedException(said(e));
    }
  }

  private ArchivedLayer spool(
      InputStream bytes, Compression compression, ContentStore.Ingest ingest, String mediaType)
      throws IOException {
    SpoolingInput stored = new SpoolingInput(bytes, ingest, faults);
    return compression == Compression.NONE
        ? spoolPlain(stored, ingest, mediaType)
        : spoolPacked(stored, compression, ingest, mediaType);
  }

  private ArchivedLayer spoolPlain(
      SpoolingInput stored, ContentStore.Ingest ingest, String mediaType) throws IOException {
    MeasuredInputStream tar = MeasuredInputStream.counting(stored, budget.meter(stored::count));
    LayerCheck.walk(tar, budget.limits().layerEntries());
    stored.drain();
    ingest.finish();
    DiffId diffId = new DiffId(ingest.digest());
    return new ArchivedLayer(
        ingest, ingest.digest(), ingest.size(), diffId, ingest.size(), mediaType);
  }

  /** What comes is stored while what came is unpacked: they take about the same time. */
  private ArchivedLayer spoolPacked(
      SpoolingInput stored, Compression compression, ContentStore.Ingest ingest, String mediaType)
      throws IOException {
    DiffId diffId;
    long size;
    try (ReadAhead packed = new ReadAhead(stored);
        MeasuredInputStream tar =
            MeasuredInputStream.hashing(
                compression.unpack(new BufferedInputStream(packed, BUFFER)),
                budget.meter(packed::count))) {
      LayerCheck.walk(tar, budget.limits().layerEntries());
      packed.transferTo(OutputStream.nullOutputStream());
      diffId = new DiffId(new Digest(tar.digest()));
      size = tar.count();
    }
    ingest.finish();
    return new ArchivedLayer(ingest, ingest.digest(), ingest.size(), diffId, size, mediaType);
  }

  /** A library's complaint in words like Docker's. */
  static String said(IOException e) {
    if (e instanceof EOFException) {
      return "unexpected EOF";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static String mediaType(Compression compression) throws ArchiveRefusedException {
    compression.requireOfLayers();
    String tar = "application/vnd.oci.image.layer.v1.tar";
    return switch (compression) {
      case NONE -> tar;
      case GZIP -> tar + "+gzip";
      case ZSTD -> tar + "+zstd";
      case BZIP2, XZ -> throw new IllegalArgumentException("no layer: " + compression);
    };
  }
}
