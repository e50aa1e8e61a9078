package dev.varve.snapshot.archive;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Opens a blob as the archive it holds. The first bytes decide, as they do in Docker: media types
 * are often wrong about compression and never needed for it.
 */
public final class Decompression {
  private static final int BUFFER = 64 << 10;

  /** 128 MiB of window, zstd's own default bound: a frame that wants more memory is refused. */
  private static final int ZSTD_WINDOW_LOG_MAX = 27;

  private Decompression() {}

  /** The returned stream owns the given one. */
  public static InputStream open(InputStream blob) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(blob, BUFFER);
    buffered.mark(8);
    byte[] magic = buffered.readNBytes(4);
    buffered.reset();
    if (startsWith(magic, 0x1f, 0x8b)) {
      try {
        return new GZIPInputStream(buffered, BUFFER);
      } catch (ZipException e) {
        throw new ArchiveRefusedException("not a gzip stream: " + e.getMessage());
      }
    }
    if (startsWith(magic, 0x28, 0xb5, 0x2f, 0xfd)) {
      return new ZstdInputStreamNoFinalizer(buffered).setLongMax(ZSTD_WINDOW_LOG_MAX);
    }
    if (startsWith(magic, 'B', 'Z', 'h') || startsWith(magic, 0xfd, '7', 'z', 'X')) {
      throw new ArchiveRefusedException("layers compressed with bzip2 or xz are not supported");
    }
    return buffered;
  }

  private static boolean startsWith(byte[] bytes, int... prefix) {
    if (bytes.length < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if ((bytes[i] & 0xff) != prefix[i]) {
        return false;
      }
    }
    return true;
  }
}
