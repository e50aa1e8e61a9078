package dev.varve.archive;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * How bytes are packed, told by their first ones, as Docker does: media types are often wrong about
 * it. Unpacked in this process only; no program of the host or of an image is ever asked.
 */
public enum Compression {
  NONE,
  GZIP,
  ZSTD,
  BZIP2,
  XZ;

  private static final int BUFFER = 1 << 17;
  private static final int MAGIC = 6;
  private static final int XZ_MEMORY_KIB = 128 << 10;

  /** 128 MiB of window, zstd's own default bound: a frame that wants more memory is refused. */
  private static final int ZSTD_WINDOW_LOG_MAX = 27;

  /** Looks ahead without consuming. */
  public static Compression detect(BufferedInputStream in) throws IOException {
    in.mark(MAGIC);
    byte[] magic = in.readNBytes(MAGIC);
    in.reset();
    if (startsWith(magic, 0x1f, 0x8b)) {
      return GZIP;
    }
    if (startsWith(magic, 0x28, 0xb5, 0x2f, 0xfd)) {
      return ZSTD;
    }
    if (startsWith(magic, 'B', 'Z', 'h')) {
      return BZIP2;
    }
    if (startsWith(magic, 0xfd, '7', 'z', 'X', 'Z', 0)) {
      return XZ;
    }
    return NONE;
  }

  /** Opens a layer's blob as the tar it holds; the returned stream owns the given one. */
  public static InputStream openLayer(InputStream blob) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(blob, BUFFER);
    Compression compression = detect(buffered);
    compression.requireOfLayers();
    return compression.unpack(buffered);
  }

  /** Whether a layer may be packed like that. */
  public boolean isOfLayers() {
    return this != BZIP2 && this != XZ;
  }

  /**
   * @throws ArchiveRefusedException when no layer is packed like that
   */
  public void requireOfLayers() throws ArchiveRefusedException {
    if (!isOfLayers()) {
      throw new ArchiveRefusedException("unsupported layer compression: " + this);
    }
  }

  /** Memory use is bounded, whatever the stream asks for. The returned stream owns the given. */
  public InputStream unpack(InputStream in) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP -> gunzip(in);
      case ZSTD -> new ZstdInputStreamNoFinalizer(in).setLongMax(ZSTD_WINDOW_LOG_MAX);
      case BZIP2 -> new BZip2CompressorInputStream(in, true);
      case XZ -> new XZInputStream(in, XZ_MEMORY_KIB);
    };
  }

  private static InputStream gunzip(InputStream in) throws IOException {
    try {
      return new GZIPInputStream(new Endless(in), BUFFER);
    } catch (ZipException e) {
      throw new ArchiveRefusedException("not a gzip stream: " + e.getMessage());
    }
  }

  /** Says that there may be more, since the decompressor asks before it looks for a member. */
  private static final class Endless extends FilterInputStream {
    Endless(InputStream in) {
      super(in);
    }

    @Override
    public int available() {
      return 1;
    }
  }

  private static boolean startsWith(byte[] bytes, int... magic) {
    if (bytes.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((bytes[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }
}
