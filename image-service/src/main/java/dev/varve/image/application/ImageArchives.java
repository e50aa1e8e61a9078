package dev.varve.image.application;

import dev.varve.image.domain.DiffId;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.ImageConfig;
import dev.varve.image.domain.Platform;
import dev.varve.image.domain.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/**
 * Images as tar streams. Read in one pass, in whatever order entries come; every byte that is kept
 * is hashed as it passes and checked before anything of it becomes visible.
 */
public interface ImageArchives {

  /**
   * Reads a docker-archive or OCI layout, maybe compressed, and commits the blobs of its images
   * under the lease.
   *
   * @param wanted leaves out images for other platforms; when empty, of several platforms under one
   *     name the host's is taken
   * @throws dev.varve.eventlog.ProblemException INVALID when the archive is refused
   * @throws IOException when the source or the content store failed
   */
  List<ArchivedImage> read(InputStream archive, Optional<Platform> wanted, ContentStore.Lease lease)
      throws IOException;

  /**
   * Reads a root file system as a layer, without committing it.
   *
   * @throws dev.varve.eventlog.ProblemException INVALID when it is no well-formed tar
   */
  ArchivedLayer readLayer(InputStream tar, ContentStore.Lease lease) throws IOException;

  /**
   * The same of a file that people packed as they like: what no layer is packed like is stored
   * unpacked.
   *
   * @throws dev.varve.eventlog.ProblemException INVALID when it is no well-formed tar
   */
  ArchivedLayer readRoot(InputStream tar, ContentStore.Lease lease) throws IOException;

  /**
   * Reads a layer that is stored, to its end, and keeps nothing.
   *
   * @throws dev.varve.eventlog.ProblemException INVALID when it is no well-formed tar
   */
  MeasuredLayer measureLayer(InputStream stored) throws IOException;

  /** What a layer turned out to be. */
  record MeasuredLayer(Digest digest, long size, DiffId diffId, long uncompressedSize) {}

  /** Writes a docker-archive that is an OCI layout as well. */
  void write(List<SavedImage> images, OutputStream out) throws IOException;

  /** An image whose blobs are all committed. */
  record ArchivedImage(Image image, List<Reference> references) {}

  /** A layer in an ingest of its own. */
  record ArchivedLayer(
      ContentStore.Ingest ingest,
      Digest digest,
      long size,
      DiffId diffId,
      long uncompressedSize,
      String mediaType) {}

  /** An image with the tagged references that it is saved under, maybe none. */
  record SavedImage(Image image, ImageConfig config, List<Reference> references) {}
}
