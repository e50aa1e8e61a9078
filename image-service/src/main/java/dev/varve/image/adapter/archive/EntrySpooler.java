package dev.varve.image.adapter.archive;

import dev.varve.archive.ArchiveRefusedException;
import dev.varve.archive.Compression;
import dev.varve.archive.MeasuredInputStream;
import dev.varve.archive.TarEntry;
import dev.varve.archive.TarLimits;
import dev.varve.archive.TarReader;
import dev.varve.image.application.ContentStore;
import dev.varve.image.domain.Digest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes an archive's entries in as they come, before it is known what the archive says of them:
 * what could be a layer is kept as one, what could be a document is held, the rest is let go.
 */
final class EntrySpooler {
  private final Budget budget;
  private final Faults faults;
  private final ContentStore.Lease lease;
  private final LayerSpooler layers;

  EntrySpooler(Budget budget, Faults faults, ContentStore.Lease lease) {
    this.budget = budget;
    this.faults = faults;
    this.lease = lease;
    this.layers = new LayerSpooler(budget, faults);
  }

  /**
   * The entries by clean name; of two with one name the later counts, as when unpacking.
   *
   * @throws ArchiveRefusedException when the archive itself is not well-formed
   * @throws IOException when the source or the content store failed
   */
  Map<String, SpooledEntry> spool(InputStream archive) throws IOException {
    try {
      return spoolAll(archive);
    } catch (IOException e) {
      faults.rethrow();
      throw e instanceof ArchiveRefusedException
          ? e
          : new ArchiveRefusedException(LayerSpooler.said(e));
    }
  }

  private Map<String, SpooledEntry> spoolAll(InputStream archive) throws IOException {
    SourceInput source = new SourceInput(archive, faults);
    BufferedInputStream packed = new BufferedInputStream(source, LayerSpooler.BUFFER);
    Compression compression = Compression.detect(packed);
    InputStream unpacked =
        compression == Compression.NONE
            ? packed
            : MeasuredInputStream.counting(compression.unpack(packed), budget.meter(source::count));
    TarReader tar =
        new TarReader(unpacked, new TarLimits(Long.MAX_VALUE, budget.limits().archiveEntries()));
    Map<String, SpooledEntry> entries = new HashMap<>();
    for (@Nullable TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
      String name = EntryNames.clean(entry.name());
      switch (entry.type()) {
        case FILE -> entries.put(name, file(entry, tar.content()));
        case HARD_LINK ->
            entries.put(name, new SpooledEntry.Link(EntryNames.clean(entry.linkName())));
        case SYMLINK ->
            entries.put(name, new SpooledEntry.Link(EntryNames.resolve(name, entry.linkName())));
        case DIRECTORY, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> {}
      }
    }
    return entries;
  }

  private SpooledEntry file(TarEntry entry, InputStream content) throws IOException {
    BufferedInputStream bytes = new BufferedInputStream(content, LayerSpooler.BUFFER);
    Compression compression = Compression.detect(bytes);
    if (compression == Compression.NONE && !TarReader.isTar(bytes)) {
      return document(entry, bytes);
    }
    try {
      return new SpooledEntry.Layer(layers.spool(bytes, compression, lease::ingest));
    } catch (ArchiveRefusedException e) {
      if (budget.isExhausted()) {
        throw e;
      }
      return new SpooledEntry.Refused(LayerSpooler.said(e));
    }
  }

  private SpooledEntry document(TarEntry entry, InputStream bytes) throws IOException {
    int limit = budget.limits().document();
    if (entry.size() > limit) {
      return new SpooledEntry.Refused("larger than " + limit + " bytes");
    }
    budget.addDocument(entry.size());
    byte[] text = bytes.readAllBytes();
    return new SpooledEntry.Document(text, Digest.of(text));
  }
}
