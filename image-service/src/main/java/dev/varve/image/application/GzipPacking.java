package dev.varve.image.application;

import dev.varve.image.domain.Digest;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterInputStream;

/**
 * A stored tar as gzip, made while it is read: equal tars give equal bytes. Fast rather than small,
 * since the registry is waiting.
 */
final class GzipPacking implements Registry.PackedBytes {
  private static final int LEVEL = 1;
  private static final int BUFFER = 128 << 10;
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  private final Registry.BlobBytes tar;
  private MessageDigest hash = Digest.sha256();
  private long size;

  GzipPacking(Registry.BlobBytes tar) {
    this.tar = tar;
  }

  @Override
  public InputStream open() throws IOException {
    hash = Digest.sha256();
    size = 0;
    return new Packed(tar.open());
  }

  @Override
  public Digest digest() {
    return Digest.of(copy(hash));
  }

  @Override
  public long size() {
    return size;
  }

  private static MessageDigest copy(MessageDigest running) {
    try {
      return (MessageDigest) running.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("every Java platform can copy a SHA-256", e);
    }
  }

  /** Header, deflated bytes, trailer. */
  private final class Packed extends FilterInputStream {
    private final CheckedInputStream checked;
    private final Deflater deflater;
    private final InputStream deflated;
    private final byte[] one = new byte[1];
    private int part;

    Packed(InputStream source) {
      this(new CheckedInputStream(source, new CRC32()), new Deflater(LEVEL, true));
    }

    private Packed(CheckedInputStream checked, Deflater deflater) {
      super(new ByteArrayInputStream(HEADER));
      this.checked = checked;
      this.deflater = deflater;
      this.deflated = new DeflaterInputStream(checked, deflater, BUFFER);
    }

    @Override
    public int read() throws IOException {
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = in.read(target, offset, length);
      while (read < 0 && part < 2) {
        part++;
        in = part == 1 ? deflated : new ByteArrayInputStream(trailer());
        read = in.read(target, offset, length);
      }
      if (read > 0) {
        hash.update(target, offset, read);
        size += read;
      }
      return read;
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    @Override
    public void close() throws IOException {
      deflater.end();
      checked.close();
    }

    private byte[] trailer() {
      byte[] bytes = new byte[8];
      littleEndian(bytes, 0, checked.getChecksum().getValue());
      littleEndian(bytes, 4, deflater.getBytesRead());
      return bytes;
    }

    private static void littleEndian(byte[] bytes, int at, long value) {
      for (int i = 0; i < 4; i++) {
        bytes[at + i] = (byte) (value >>> (8 * i));
      }
    }
  }
}
