package dev.varve.image.adapter.archive;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.archive.Compression;
import dev.varve.archive.MeasuredInputStream;
import dev.varve.archive.Meter;
import dev.varve.eventlog.Problem;
import dev.varve.image.application.ArchiveLimits;
import dev.varve.image.application.ContentStore;
import dev.varve.image.application.Documents;
import dev.varve.image.application.ImageArchives;
import dev.varve.image.domain.Descriptor;
import dev.varve.image.domain.Digest;
import dev.varve.image.domain.Platform;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link ImageArchives} over our own tar reader and writer. */
public final class TarImageArchives implements ImageArchives {
  private final Documents documents;
  private final ArchiveLimits limits;
  private final ArchiveWriter writer;

  public TarImageArchives(Documents documents, ContentStore content, ArchiveLimits limits) {
    this.documents = documents;
    this.limits = limits;
    this.writer = new ArchiveWriter(documents, content);
  }

  @Override
  public List<ArchivedImage> read(
      InputStream archive, Optional<Platform> wanted, ContentStore.Lease lease) throws IOException {
    try {
      EntrySpooler spooler = new EntrySpooler(new Budget(limits), new Faults(), lease);
      List<OciLayout.Found> found = found(new ArchiveEntries(spooler.spool(archive)), wanted);
      if (found.isEmpty() && wanted.isPresent()) {
        throw new ArchiveRefusedException(
            "no image for %s in the archive".formatted(wanted.get().shown()));
      }
      return commit(found, lease);
    } catch (ArchiveRefusedException e) {
      throw new Problem(Problem.Code.INVALID, LayerSpooler.said(e)).asException();
    }
  }

  @Override
  public ArchivedLayer readLayer(InputStream tar, ContentStore.Lease lease) throws IOException {
    return spool(tar, lease::ingest, false);
  }

  @Override
  public ArchivedLayer readRoot(InputStream tar, ContentStore.Lease lease) throws IOException {
    return spool(tar, lease::ingest, true);
  }

  @Override
  public MeasuredLayer measureLayer(InputStream stored) throws IOException {
    ArchivedLayer layer = spool(stored, HashingIngest::new, false);
    return new MeasuredLayer(
        layer.digest(), layer.size(), layer.diffId(), layer.uncompressedSize());
  }

  private ArchivedLayer spool(InputStream tar, LayerSpooler.Ingests ingests, boolean howeverPacked)
      throws IOException {
    Faults faults = new Faults();
    try {
      SourceInput source = new SourceInput(tar, faults);
      BufferedInputStream bytes = new BufferedInputStream(source, LayerSpooler.BUFFER);
      Compression compression = Compression.detect(bytes);
      if (howeverPacked && !compression.isOfLayers()) {
        bytes = unpacked(bytes, compression, new Budget(limits).meter(source::count));
        compression = Compression.NONE;
      }
      return new LayerSpooler(new Budget(limits), faults).spool(bytes, compression, ingests);
    } catch (ArchiveRefusedException e) {
      throw new Problem(Problem.Code.INVALID, LayerSpooler.said(e)).asException();
    }
  }

  private static BufferedInputStream unpacked(
      InputStream packed, Compression compression, Meter meter) throws IOException {
    try {
      return new BufferedInputStream(
          MeasuredInputStream.counting(compression.unpack(packed), meter), LayerSpooler.BUFFER);
    } catch (ArchiveRefusedException e) {
      throw e;
    } catch (IOException e) {
      throw new ArchiveRefusedException(LayerSpooler.said(e));
    }
  }

  @Override
  public void write(List<SavedImage> images, OutputStream out) throws IOException {
    writer.write(images, out);
  }

  private List<OciLayout.Found> found(ArchiveEntries entries, Optional<Platform> wanted)
      throws ArchiveRefusedException {
    if (!entries.has(DockerArchive.MANIFEST) && entries.has(OciLayout.INDEX)) {
      return new OciLayout(entries, documents, limits.layers(), wanted).images();
    }
    if (!entries.has(DockerArchive.MANIFEST)) {
      throw new ArchiveRefusedException(
          "invalid archive: does not contain a " + DockerArchive.MANIFEST);
    }
    List<OciLayout.Found> found = new ArrayList<>();
    for (ImageDraft draft :
        new DockerArchive(entries, documents, limits.layers(), wanted).images()) {
      Descriptor config =
          new Descriptor(
              Documents.OCI_CONFIG, Digest.of(draft.configBytes()), draft.configBytes().length);
      byte[] manifest = documents.manifest(config, draft.layerDescriptors());
      found.add(new OciLayout.Found(draft, manifest, Documents.OCI_MANIFEST));
    }
    return found;
  }

  private static List<ArchivedImage> commit(List<OciLayout.Found> found, ContentStore.Lease lease)
      throws IOException {
    Map<Digest, ContentStore.Ingest> ingests = new LinkedHashMap<>();
    List<ArchivedImage> images = new ArrayList<>();
    for (OciLayout.Found image : found) {
      for (ArchivedLayer layer : image.draft().layers()) {
        ingests.put(layer.digest(), layer.ingest());
      }
      ContentStore.Ingest manifest = ingest(image.manifest(), lease);
      ContentStore.Ingest config = ingest(image.draft().configBytes(), lease);
      ingests.put(manifest.digest(), manifest);
      ingests.put(config.digest(), config);
      images.add(
          new ArchivedImage(
              image.draft().image(manifest.digest(), image.mediaType()),
              image.draft().references()));
    }
    lease.commit(ingests.values());
    return images;
  }

  private static ContentStore.Ingest ingest(byte[] bytes, ContentStore.Lease lease)
      throws IOException {
    ContentStore.Ingest ingest = lease.ingest();
    ingest.write(bytes, 0, bytes.length);
    ingest.finish();
    return ingest;
  }
}
