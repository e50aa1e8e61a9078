package dev.varve.image.adapter.archive;

import dev.varve.image.application.ContentStore;
import dev.varve.image.domain.Digest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
   * @throws ArchiveFormatException when the archive itself is not well-formed
   * @throws IOException when the source or the content store failed
   */
  Map<String, SpooledEntry> spool(InputStream archive) throws IOException {
    try {
      return spoolAll(archive);
    } catch (IOException e) {
      faults.rethrow();
      throw e instanceof ArchiveFormatException
          ? e
          : new ArchiveFormatException(LayerSpooler.said(e));
    }
  }

  private Map<String, SpooledEntry> spoolAll(InputStream archive) throws IOException {
    SourceInput source = new SourceInput(archive, faults);
    BufferedInputStream packed = new BufferedInputStream(source, Compression.BUFFER);
    Compression compression = Compression.detect(packed);
    InputStream unpacked =
        compression == Compression.NONE
            ? packed
            : new BufferedInputStream(
                new MeteredInput(compression.unpack(packed), budget, source::count, false),
                Compression.BUFFER);
    TarReader tar = new TarReader(unpacked);
    Map<String, SpooledEntry> entries = new HashMap<>();
    for (@Nullable TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
      budget.addEntry();
      String name = EntryNames.clean(entry.name());
      switch (entry.kind()) {
        case FILE -> entries.put(name, file(entry, tar.content()));
        case HARD_LINK ->
            entries.put(name, new SpooledEntry.Link(EntryNames.clean(entry.linkName())));
        case SYMBOLIC_LINK ->
            entries.put(name, new SpooledEntry.Link(EntryNames.resolve(name, entry.linkName())));
        case DIRECTORY, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, OTHER -> {}
      }
    }
    unpacked.transferTo(OutputStream.nullOutputStream());
    return entries;
  }

  private SpooledEntry file(TarEntry entry, InputStream content) throws IOException {
    BufferedInputStream bytes = new BufferedInputStream(content, Compression.BUFFER);
    Compression compression = Compression.detect(bytes);
    if (compression == Compression.NONE && !startsLikeTar(bytes)) {
      return document(entry, bytes);
    }
    try {
      return new SpooledEntry.Layer(layers.spool(bytes, compression, lease));
    } catch (ArchiveFormatException e) {
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

  /** True for the first block of a tar, its end mark, or nothing at all: an empty layer. */
  private static boolean startsLikeTar(BufferedInputStream bytes) throws IOException {
    TarBlock block = new TarBlock();
    bytes.mark(TarBlock.SIZE);
    int read = bytes.readNBytes(block.bytes, 0, TarBlock.SIZE);
    bytes.reset();
    if (read < TarBlock.SIZE) {
      return read == 0;
    }
    try {
      block.verifyChecksum();
      return true;
    } catch (ArchiveFormatException e) {
      return block.isZero();
    }
  }
}
