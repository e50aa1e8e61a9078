package dev.varve.image.adapter.archive;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** How bytes are packed, told by their first ones; unpacked in this process only. */
enum Compression {
  NONE,
  GZIP,
  ZSTD,
  BZIP2,
  XZ;

  static final int BUFFER = 1 << 17;
  private static final int MAGIC = 6;
  private static final int XZ_MEMORY_KIB = 128 << 10;

  /** Looks ahead without consuming. */
  static Compression detect(BufferedInputStream in) throws IOException {
    in.mark(MAGIC);
    byte[] magic = in.readNBytes(MAGIC);
    in.reset();
    if (startsWith(magic, 0x1f, 0x8b, 0x08)) {
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

  /** Memory use is bounded by the library's window limit (zstd 128 MiB) or by ours. */
  InputStream unpack(InputStream in) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP -> new GZIPInputStream(in, BUFFER);
      case ZSTD -> new ZstdInputStream(in);
      case BZIP2 -> new BZip2CompressorInputStream(in, true);
      case XZ -> new XZInputStream(in, XZ_MEMORY_KIB);
    };
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
