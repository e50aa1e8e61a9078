package dev.varve.image.adapter.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar stream strictly: v7, ustar, PAX and GNU, nothing allocated by a declared size but
 * extended headers up to 1 MiB. Used instead of a general library because what is checked here must
 * be exactly what is refused.
 *
 * <p>The content of the current entry is read through {@link #content}; what is left of it is
 * skipped by {@link #next}. One thread.
 */
final class TarReader {
  private static final int MAX_EXTENDED_HEADER = 1 << 20;
  private static final int SKIP_BUFFER = 1 << 17;
  private static final int MAX_SPARSE_DIGITS = 20;

  private final InputStream in;
  private final TarBlock block = new TarBlock();
  private final byte[] skipBuffer = new byte[SKIP_BUFFER];
  private long contentLeft;
  private int paddingLeft;

  /**
   * @param in buffered
   */
  TarReader(InputStream in) {
    this.in = in;
  }

  /** The next entry; null at the end of the archive. */
  @Nullable TarEntry next() throws IOException {
    String longName = null;
    String longLink = null;
    PaxRecords pax = null;
    while (true) {
      skipContent();
      if (!readHeader()) {
        if (longName != null || longLink != null || pax != null) {
          throw new EOFException("unexpected EOF");
        }
        return null;
      }
      switch (block.type()) {
        case 'L' -> longName = terminated(extended());
        case 'K' -> longLink = terminated(extended());
        case 'x', 'X' -> pax = PaxRecords.parse(extended());
        case 'g' -> PaxRecords.parse(extended()).refuseAsGlobal();
        default -> {
          return entry(longName, longLink, pax);
        }
      }
    }
  }

  /** The content of the entry that {@link #next} returned last. */
  InputStream content() {
    return new Content();
  }

  private TarEntry entry(
      @Nullable String longName, @Nullable String longLink, @Nullable PaxRecords pax)
      throws IOException {
    TarEntry.Kind kind = TarEntry.Kind.of(block.type());
    String name = longName == null ? block.name() : longName;
    String link = longLink == null ? block.linkName() : longLink;
    long size = block.contentSize();
    boolean oldSparse = block.type() == 'S';
    if (pax != null) {
      name = orElse(pax.get("GNU.sparse.name"), orElse(pax.get("path"), name));
      link = orElse(pax.get("linkpath"), link);
      Long paxSize = pax.size();
      size = paxSize == null ? size : paxSize;
      pax.checkSparse();
    }
    if (kind.isHeaderOnly()) {
      size = 0;
    }
    if (oldSparse) {
      checkOldSparse();
    }
    expectContent(size);
    if (pax != null && pax.hasSparseMapInContent()) {
      checkSparseInContent(pax.realSize());
    }
    return new TarEntry(name, link, kind, contentLeft);
  }

  /** False at the end: nothing more, or a block of zeros. */
  private boolean readHeader() throws IOException {
    int read = in.readNBytes(block.bytes, 0, TarBlock.SIZE);
    if (read == 0) {
      return false;
    }
    if (read < TarBlock.SIZE) {
      throw new EOFException("unexpected EOF");
    }
    if (block.isZero()) {
      return false;
    }
    block.verifyChecksum();
    return true;
  }

  private byte[] extended() throws IOException {
    long size = block.contentSize();
    if (size > MAX_EXTENDED_HEADER) {
      throw ArchiveFormatException.invalidHeader();
    }
    expectContent(size);
    byte[] data = content().readNBytes((int) size);
    skipContent();
    return data;
  }

  private static String terminated(byte[] data) {
    int end = 0;
    while (end < data.length && data[end] != 0) {
      end++;
    }
    return new String(data, 0, end, StandardCharsets.ISO_8859_1);
  }

  private void checkOldSparse() throws IOException {
    List<Long> pairs = new ArrayList<>();
    long realSize = block.number(483, 12);
    boolean more = block.flag(482);
    addPairs(pairs, 386, 4);
    while (more) {
      if (in.readNBytes(block.bytes, 0, TarBlock.SIZE) < TarBlock.SIZE) {
        throw new EOFException("unexpected EOF");
      }
      more = block.flag(504);
      addPairs(pairs, 0, 21);
      if (pairs.size() > MAX_EXTENDED_HEADER) {
        throw ArchiveFormatException.invalidHeader();
      }
    }
    SparseMap.check(pairs, realSize);
  }

  private void addPairs(List<Long> pairs, int at, int count) throws ArchiveFormatException {
    for (int i = 0; i < count; i++) {
      int offset = at + i * 24;
      if (!block.flag(offset)) {
        return;
      }
      pairs.add(block.number(offset, 12));
      pairs.add(block.number(offset + 12, 12));
    }
  }

  /** Version 1.0: a count and pairs, a decimal number a line, padded to a block. */
  private void checkSparseInContent(long realSize) throws IOException {
    List<Long> pairs = new ArrayList<>();
    long count = sparseLine();
    if (count > MAX_EXTENDED_HEADER) {
      throw ArchiveFormatException.invalidHeader();
    }
    for (long i = 0; i < count * 2; i++) {
      pairs.add(sparseLine());
    }
    SparseMap.check(pairs, realSize);
  }

  private long sparseLine() throws IOException {
    StringBuilder digits = new StringBuilder();
    InputStream content = content();
    for (int c = content.read(); c != '\n'; c = content.read()) {
      if (c < 0 || digits.length() == MAX_SPARSE_DIGITS) {
        throw ArchiveFormatException.invalidHeader();
      }
      digits.append((char) c);
    }
    return SparseMap.number(digits.toString());
  }

  private void expectContent(long size) {
    contentLeft = size;
    paddingLeft = (int) (-size & TarBlock.SIZE - 1);
  }

  private void skipContent() throws IOException {
    while (contentLeft > 0) {
      if (content().read(skipBuffer, 0, skipBuffer.length) < 0) {
        throw new EOFException("unexpected EOF");
      }
    }
    // A last block that was not padded is common and harmless.
    int padding = paddingLeft;
    paddingLeft = 0;
    in.readNBytes(skipBuffer, 0, padding);
  }

  private static String orElse(@Nullable String value, String otherwise) {
    return value == null ? otherwise : value;
  }

  private final class Content extends InputStream {
    private final byte[] one = new byte[1];

    @Override
    public int read() throws IOException {
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (contentLeft == 0) {
        return -1;
      }
      int read = in.read(target, offset, (int) Math.min(length, contentLeft));
      if (read < 0) {
        throw new EOFException("unexpected EOF");
      }
      contentLeft -= read;
      return read;
    }
  }
}
