package dev.varve.archive;

import dev.varve.archive.SparseMap.Extent;
import dev.varve.archive.TarEntry.Type;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar archive front to back: old, ustar, GNU (long names, sparse files) and PAX.
 *
 * <p>{@link #next} skips what was left of the entry before; {@link #read} reads an entry's stored
 * content. Nothing is allocated by a declared size but extended headers up to 1 MiB. Global PAX
 * headers count for nothing, and are refused when they would name or measure every entry. One
 * thread.
 */
public final class TarReader {
  private static final int BLOCK = TarHeader.BLOCK;
  private static final int BUFFER = 128 << 10;

  /** For long names and extended headers. */
  private static final int MAX_META_BYTES = 1 << 20;

  private static final long MAX_ID = 0xffff_fffeL;
  private static final int MAX_DEVICE_MAJOR = 0xfff;
  private static final int MAX_DEVICE_MINOR = 0xfffff;

  private final InputStream in;
  private final TarLimits limits;
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int end;
  private long content;
  private int padding;
  private long entries;

  public TarReader(InputStream in, TarLimits limits) {
    this.in = in;
    this.limits = limits;
  }

  /** Null at the archive's end, after which everything behind it has been read too. */
  public @Nullable TarEntry next() throws IOException {
    PaxRecords pax = PaxRecords.NONE;
    String longName = null;
    String longLink = null;
    while (true) {
      TarHeader header = nextHeader();
      if (header == null) {
        if (pax != PaxRecords.NONE || longName != null || longLink != null) {
          throw new EOFException("unexpected EOF");
        }
        drain();
        return null;
      }
      switch (header.type()) {
        case 'x', 'X' -> pax = PaxRecords.parse(meta(header));
        case 'g' -> PaxRecords.parse(meta(header)).refuseAsGlobal();
        case 'L' -> longName = cString(meta(header));
        case 'K' -> longLink = cString(meta(header));
        default -> {
          if (++entries > limits.entries()) {
            throw new ArchiveRefusedException("more than " + limits.entries() + " entries");
          }
          return entry(header, pax, longName, longLink);
        }
      }
    }
  }

  /** Reads from the present entry's stored content; -1 at its end. */
  public int read(byte[] target, int offset, int length) throws IOException {
    if (content == 0) {
      return -1;
    }
    if (at == end && length >= BUFFER) {
      return readThrough(target, offset, (int) Math.min(length, content));
    }
    if (at == end) {
      fill();
    }
    int count = (int) Math.min(Math.min(length, end - at), content);
    System.arraycopy(buffer, at, target, offset, count);
    at += count;
    content -= count;
    return count;
  }

  /** Large contents need not come by the buffer. */
  private int readThrough(byte[] target, int offset, int length) throws IOException {
    int count = in.read(target, offset, length);
    if (count <= 0) {
      throw new EOFException("unexpected EOF");
    }
    content -= count;
    return count;
  }

  /** The present entry's stored content as a stream; good until the next call of {@link #next}. */
  public InputStream content() {
    return new Content();
  }

  /** True for the first block of a tar, its end mark, or nothing at all: an empty layer. */
  public static boolean isTar(BufferedInputStream in) throws IOException {
    in.mark(BLOCK);
    byte[] block = in.readNBytes(BLOCK);
    in.reset();
    if (block.length < BLOCK) {
      return block.length == 0;
    }
    try {
      TarHeader.of(block);
      return true;
    } catch (ArchiveRefusedException _) {
      return TarHeader.isZero(block);
    }
  }

  private TarEntry entry(
      TarHeader header, PaxRecords pax, @Nullable String longName, @Nullable String longLink)
      throws IOException {
    Type type = type(header);
    String paxName = pax.text("path");
    String paxLink = pax.text("linkpath");
    String name = paxName != null ? paxName : longName != null ? longName : header.name();
    String link = paxLink != null ? paxLink : longLink != null ? longLink : header.linkName();
    long size = type == Type.FILE ? pax.number("size", header.size()) : 0;
    if (size < 0) {
      throw ArchiveRefusedException.invalidHeader();
    }
    long[] modified = pax.time("mtime", header.modified());
    boolean device = type == Type.CHARACTER_DEVICE || type == Type.BLOCK_DEVICE;
    begin(size);
    SparseMap sparse = null;
    if (header.type() == 'S') {
      sparse = SparseMap.checked(oldSparseExtents(header), header.number(483, 12), size, limits);
    } else if (type == Type.FILE && pax.isSparse()) {
      sparse = paxSparse(pax);
      String realName = pax.text("GNU.sparse.name");
      name = realName != null ? realName : name;
    }
    return new TarEntry(
        header.type() == '\0' && name.endsWith("/") ? Type.DIRECTORY : type,
        name,
        link,
        header.mode(),
        id(pax.number("uid", header.uid())),
        id(pax.number("gid", header.gid())),
        content,
        modified[0],
        (int) modified[1],
        device ? device(header.deviceMajor(), MAX_DEVICE_MAJOR) : 0,
        device ? device(header.deviceMinor(), MAX_DEVICE_MINOR) : 0,
        pax.xattrs(),
        sparse);
  }

  private static Type type(TarHeader header) throws ArchiveRefusedException {
    return switch (header.type()) {
      case '\0', '0', '7', 'S' -> Type.FILE;
      case '1' -> Type.HARD_LINK;
      case '2' -> Type.SYMLINK;
      case '3' -> Type.CHARACTER_DEVICE;
      case '4' -> Type.BLOCK_DEVICE;
      case '5' -> Type.DIRECTORY;
      case '6' -> Type.FIFO;
      default ->
          throw new ArchiveRefusedException("unhandled tar header type " + (int) header.type());
    };
  }

  private static int id(long value) throws ArchiveRefusedException {
    if (value < 0 || value > MAX_ID) {
      throw new ArchiveRefusedException("invalid owner in tar header: " + value);
    }
    return (int) value;
  }

  private static int device(long value, int max) throws ArchiveRefusedException {
    if (value < 0 || value > max) {
      throw new ArchiveRefusedException("invalid device number in tar header: " + value);
    }
    return (int) value;
  }

  private List<Extent> oldSparseExtents(TarHeader header) throws IOException {
    List<Extent> extents = new ArrayList<>();
    addExtents(header, 386, 4, extents);
    TarHeader more = header;
    boolean extended = header.flag(482);
    while (extended) {
      more = TarHeader.extension(block());
      addExtents(more, 0, 21, extents);
      extended = more.flag(504);
    }
    return extents;
  }

  private static void addExtents(TarHeader block, int from, int count, List<Extent> extents)
      throws ArchiveRefusedException {
    for (int i = 0; i < count; i++) {
      int position = from + i * 24;
      if (!block.flag(position)) {
        return;
      }
      extents.add(new Extent(block.number(position, 12), block.number(position + 12, 12)));
      if (extents.size() > SparseMap.MAX_EXTENTS) {
        throw ArchiveRefusedException.invalidHeader();
      }
    }
  }

  private SparseMap paxSparse(PaxRecords pax) throws IOException {
    long realSize = pax.number("GNU.sparse.realsize", pax.number("GNU.sparse.size", -1));
    List<Extent> extents = pax.hasSparseMapInContent() ? extentsFromContent() : pax.sparseExtents();
    return SparseMap.checked(extents, realSize, content, limits);
  }

  /** Decimal lines: their count, then offset and length of each part; padded to a block. */
  private List<Extent> extentsFromContent() throws IOException {
    long before = content;
    long count = contentNumber();
    if (count > SparseMap.MAX_EXTENTS) {
      throw ArchiveRefusedException.invalidHeader();
    }
    List<Extent> extents = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      extents.add(new Extent(contentNumber(), contentNumber()));
    }
    byte[] one = new byte[1];
    while ((before - content) % BLOCK != 0) {
      if (read(one, 0, 1) < 0) {
        throw ArchiveRefusedException.invalidHeader();
      }
    }
    return extents;
  }

  private long contentNumber() throws IOException {
    byte[] one = new byte[1];
    long value = 0;
    for (int digits = 0; digits < 19; digits++) {
      if (read(one, 0, 1) < 0) {
        break;
      }
      if (one[0] == '\n' && digits > 0) {
        return value;
      }
      if (one[0] < '0' || one[0] > '9') {
        break;
      }
      value = value * 10 + one[0] - '0';
    }
    throw ArchiveRefusedException.invalidHeader();
  }

  private @Nullable TarHeader nextHeader() throws IOException {
    skipContent();
    if (at == end && !tryFill()) {
      return null;
    }
    byte[] block = block();
    if (!TarHeader.isZero(block)) {
      return TarHeader.of(block);
    }
    if ((at < end || tryFill()) && !TarHeader.isZero(block())) {
      throw ArchiveRefusedException.invalidHeader();
    }
    return null;
  }

  private void begin(long size) {
    content = size;
    padding = (int) (-size & (BLOCK - 1));
  }

  private void skipContent() throws IOException {
    skip(content);
    content = 0;
    skipPadding();
  }

  /** A last block that was not padded is common and harmless. */
  private void skipPadding() throws IOException {
    while (padding > 0 && (at < end || tryFill())) {
      int skipped = Math.min(padding, end - at);
      at += skipped;
      padding -= skipped;
    }
    padding = 0;
  }

  private void skip(long count) throws IOException {
    long left = count;
    while (left > 0) {
      if (at == end) {
        fill();
      }
      int skipped = (int) Math.min(left, end - at);
      at += skipped;
      left -= skipped;
    }
  }

  private byte[] meta(TarHeader header) throws IOException {
    long size = header.size();
    if (size < 0 || size > MAX_META_BYTES) {
      throw ArchiveRefusedException.invalidHeader();
    }
    begin(size);
    byte[] data = new byte[(int) size];
    int done = 0;
    while (done < data.length) {
      done += read(data, done, data.length - done);
    }
    return data;
  }

  private static String cString(byte[] data) {
    int length = 0;
    while (length < data.length && data[length] != 0) {
      length++;
    }
    return new String(data, 0, length, StandardCharsets.ISO_8859_1);
  }

  private byte[] block() throws IOException {
    byte[] block = new byte[BLOCK];
    int done = 0;
    while (done < BLOCK) {
      if (at == end) {
        fill();
      }
      int count = Math.min(BLOCK - done, end - at);
      System.arraycopy(buffer, at, block, done, count);
      at += count;
      done += count;
    }
    return block;
  }

  private void fill() throws IOException {
    if (!tryFill()) {
      throw new EOFException("unexpected EOF");
    }
  }

  private boolean tryFill() throws IOException {
    at = 0;
    end = Math.max(0, in.read(buffer, 0, BUFFER));
    return end > 0;
  }

  /** What lies behind the end belongs to the bytes that the digest covers. */
  private void drain() throws IOException {
    do {
      at = end;
    } while (tryFill());
  }

  private final class Content extends InputStream {
    private final byte[] one = new byte[1];

    @Override
    public int read() throws IOException {
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      return TarReader.this.read(target, offset, length);
    }
  }
}
