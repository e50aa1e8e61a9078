package dev.varve.archive;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes a tar in POSIX's format: ustar headers, and a PAX header before each that cannot say it
 * all. Equal entries give equal bytes. One thread.
 */
public final class TarWriter {
  private static final int BLOCK = TarHeader.BLOCK;
  private static final int BUFFER = 1 << 18;
  private static final long MAX_OCTAL_7 = 07777777;
  private static final long MAX_OCTAL_11 = 077777777777L;
  private static final int MAX_NAME = 100;

  private final OutputStream out;
  private final byte[] block = new byte[BLOCK];
  private final byte[] chunk = new byte[BUFFER];

  public TarWriter(OutputStream out) {
    this.out = new BufferedOutputStream(out, BUFFER);
  }

  /** An entry without content. */
  public void add(TarEntry entry) throws IOException {
    add(entry, InputStream.nullInputStream());
  }

  /**
   * @param content at least {@code entry.size()} bytes, of which no more are read
   * @throws IllegalArgumentException for a sparse file: it is written with its holes
   */
  public void add(TarEntry entry, InputStream content) throws IOException {
    if (entry.sparse() != null) {
      throw new IllegalArgumentException("sparse files are written whole");
    }
    byte[] extended = extended(entry).bytes();
    if (extended.length > 0) {
      header(TarEntry.file("PaxHeaders/entry", extended.length), 'x');
      out.write(extended);
      pad(extended.length);
    }
    header(entry, flag(entry.type()));
    copy(content, entry.size());
    pad(entry.size());
  }

  private static PaxText extended(TarEntry entry) {
    PaxText pax = new PaxText();
    if (isBeyondHeader(entry.name())) {
      pax.add("path", entry.name());
    }
    if (isBeyondHeader(entry.linkName())) {
      pax.add("linkpath", entry.linkName());
    }
    if (entry.size() > MAX_OCTAL_11) {
      pax.add("size", Long.toString(entry.size()));
    }
    long uid = Integer.toUnsignedLong(entry.uid());
    if (uid > MAX_OCTAL_7) {
      pax.add("uid", Long.toString(uid));
    }
    long gid = Integer.toUnsignedLong(entry.gid());
    if (gid > MAX_OCTAL_7) {
      pax.add("gid", Long.toString(gid));
    }
    if (entry.modifiedNanos() != 0 || !fitsTime(entry.modifiedSeconds())) {
      pax.add("mtime", PaxText.time(entry.modifiedSeconds(), entry.modifiedNanos()));
    }
    entry.xattrs().forEach((name, value) -> pax.add("SCHILY.xattr." + name, value));
    return pax;
  }

  private static boolean isBeyondHeader(String name) {
    return name.length() > MAX_NAME || name.chars().anyMatch(c -> c >= 0x80);
  }

  private static boolean fitsTime(long seconds) {
    return seconds >= 0 && seconds <= MAX_OCTAL_11;
  }

  private static char flag(TarEntry.Type type) {
    return switch (type) {
      case FILE -> '0';
      case HARD_LINK -> '1';
      case SYMLINK -> '2';
      case CHARACTER_DEVICE -> '3';
      case BLOCK_DEVICE -> '4';
      case DIRECTORY -> '5';
      case FIFO -> '6';
    };
  }

  private void header(TarEntry entry, char flag) throws IOException {
    Arrays.fill(block, (byte) 0);
    text(0, MAX_NAME, entry.name());
    octal(100, 7, entry.mode());
    octal(108, 7, Math.min(Integer.toUnsignedLong(entry.uid()), MAX_OCTAL_7));
    octal(116, 7, Math.min(Integer.toUnsignedLong(entry.gid()), MAX_OCTAL_7));
    octal(124, 11, Math.min(entry.size(), MAX_OCTAL_11));
    octal(136, 11, Math.clamp(entry.modifiedSeconds(), 0, MAX_OCTAL_11));
    Arrays.fill(block, 148, 156, (byte) ' ');
    block[156] = (byte) flag;
    text(157, MAX_NAME, entry.linkName());
    text(257, 8, "ustar\00000");
    octal(329, 7, entry.deviceMajor());
    octal(337, 7, entry.deviceMinor());
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xff;
    }
    octal(148, 6, sum);
    block[154] = 0;
    out.write(block);
  }

  private void text(int at, int length, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, block, at, Math.min(length, bytes.length));
  }

  private void octal(int at, int digits, long value) {
    long left = value;
    for (int i = at + digits - 1; i >= at; i--) {
      block[i] = (byte) ('0' + (left & 7));
      left >>>= 3;
    }
  }

  private void copy(InputStream content, long size) throws IOException {
    long left = size;
    while (left > 0) {
      int read = content.read(chunk, 0, (int) Math.min(left, BUFFER));
      if (read < 0) {
        throw new IOException("content of a tar entry ended " + left + " bytes too early");
      }
      out.write(chunk, 0, read);
      left -= read;
    }
  }

  private void pad(long size) throws IOException {
    Arrays.fill(block, (byte) 0);
    out.write(block, 0, (int) (-size & (BLOCK - 1)));
  }

  /** Writes the end mark, and all that is still here, to the stream. */
  public void finish() throws IOException {
    Arrays.fill(block, (byte) 0);
    out.write(block);
    out.write(block);
    out.flush();
  }
}
