package dev.varve.snapshot.erofs;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The image's bytes: appended in order, in large writes; earlier ones corrected at the end. One
 * thread.
 */
final class ImageFile implements AutoCloseable {
  static final int BLOCK = 4096;
  private static final int BUFFER = 1 << 20;
  private static final byte[] ZEROS = new byte[BLOCK];

  /** 8 TiB; a block's address has 32 bits. */
  private static final long MAX_BYTES = 8L << 40;

  private final FileChannel channel;
  private final ByteBuffer pending = ByteBuffer.allocateDirect(BUFFER);
  private final byte[] chunk = new byte[1 << 17];

  /** Where the first pending byte goes. */
  private long written;

  ImageFile(Path path) throws IOException {
    channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  long end() {
    return written + pending.position();
  }

  int block() {
    return (int) (end() / BLOCK);
  }

  void append(byte[] bytes, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      if (!pending.hasRemaining()) {
        flush();
      }
      int count = Math.min(length - done, pending.remaining());
      pending.put(bytes, offset + done, count);
      done += count;
    }
  }

  void append(Content content, long length) throws IOException {
    long left = length;
    while (left > 0) {
      int count = (int) Math.min(left, chunk.length);
      readFully(content, chunk, 0, count);
      append(chunk, 0, count);
      left -= count;
    }
  }

  static void readFully(Content content, byte[] target, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int count = content.read(target, offset + done, length - done);
      if (count < 0) {
        throw new EOFException("unexpected EOF");
      }
      done += count;
    }
  }

  /** Goes on so much further; what is left out is a hole, and reads as zeros. */
  void skip(long length) throws IOException {
    if (length <= BLOCK) {
      append(ZEROS, 0, (int) length);
      return;
    }
    flush();
    written += length;
    if (written > MAX_BYTES) {
      throw new IOException("file too large: an image ends at " + MAX_BYTES + " bytes");
    }
  }

  void alignToBlock() throws IOException {
    skip(-end() & (BLOCK - 1));
  }

  /** Writes over what was appended before. */
  void patch(long at, ByteBuffer bytes) throws IOException {
    flush();
    writeAt(at, bytes);
  }

  /** Durable when it returns, at its full length. */
  void finish() throws IOException {
    flush();
    if (channel.size() < written) {
      writeAt(written - 1, ByteBuffer.allocate(1));
    }
    channel.force(true);
  }

  private void flush() throws IOException {
    pending.flip();
    int length = pending.limit();
    writeAt(written, pending);
    pending.clear();
    written += length;
  }

  private void writeAt(long position, ByteBuffer bytes) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
