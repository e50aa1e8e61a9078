package dev.varve.image;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Builds tars in memory, honest and crafted ones; names are taken as they are. */
final class Tar {
  private static final int BLOCK = 512;
  private static final int CHECKSUM_AT = 148;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private boolean ended = true;

  Tar file(String name, String content) {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  Tar file(String name, byte[] content) {
    return entry(name, TarConstants.LF_NORMAL, content, entry -> {});
  }

  Tar directory(String name) {
    return entry(name + "/", TarConstants.LF_DIR, new byte[0], entry -> {});
  }

  Tar symlink(String name, String target) {
    return entry(name, TarConstants.LF_SYMLINK, new byte[0], entry -> entry.setLinkName(target));
  }

  Tar hardLink(String name, String target) {
    return entry(name, TarConstants.LF_LINK, new byte[0], entry -> entry.setLinkName(target));
  }

  /** An extended header, its records as they are given, for the next or for all entries. */
  Tar pax(char type, String records) {
    return entry("pax", (byte) type, records.getBytes(StandardCharsets.UTF_8), entry -> {});
  }

  /** One PAX record with its length. */
  static String record(String key, String value) {
    String rest = " " + key + "=" + value + "\n";
    int length = rest.length() + 1;
    while (String.valueOf(length).length() + rest.length() != length) {
      length++;
    }
    return length + rest;
  }

  /** A header block changed by hand, with a right checksum. */
  Tar header(String name, byte type, Consumer<byte[]> change) {
    byte[] block = headerBlock(name, type, 0, entry -> {});
    change.accept(block);
    checksum(block);
    return raw(block);
  }

  Tar raw(byte[] block) {
    bytes.writeBytes(block);
    return this;
  }

  /** Leaves the end mark away. */
  Tar torn() {
    ended = false;
    return this;
  }

  byte[] bytes() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(bytes.toByteArray());
    if (ended) {
      all.writeBytes(new byte[2 * BLOCK]);
    }
    return all.toByteArray();
  }

  static byte[] gunzip(byte[] packed) {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] gzip(byte[] content) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private Tar entry(String name, byte type, byte[] content, Consumer<TarArchiveEntry> change) {
    raw(headerBlock(name, type, content.length, change));
    raw(content);
    return raw(new byte[-content.length & BLOCK - 1]);
  }

  private static byte[] headerBlock(
      String name, byte type, long size, Consumer<TarArchiveEntry> change) {
    TarArchiveEntry entry = new TarArchiveEntry("x", type);
    entry.setName(name);
    entry.setSize(size);
    entry.setModTime(0);
    change.accept(entry);
    byte[] block = new byte[BLOCK];
    entry.writeEntryHeader(block);
    return block;
  }

  private static void checksum(byte[] block) {
    for (int i = 0; i < 8; i++) {
      block[CHECKSUM_AT + i] = ' ';
    }
    long sum = 0;
    for (byte b : block) {
      sum += b & 0xff;
    }
    byte[] octal = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(octal, 0, block, CHECKSUM_AT, octal.length);
  }

  static void put(byte[] block, int at, String text) {
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(ascii, 0, block, at, ascii.length);
  }
}
