package dev.varve.container.adapter.logfile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** One file of a log, read from its beginning or from a position. Closing it wakes a reader. */
sealed interface LogSource extends AutoCloseable {
  /**
   * @return bytes read; 0 or less at the present end
   */
  int read(byte[] into, int offset, int count) throws IOException;

  /** To be called before the first reading, if at all. */
  void skip(long bytes) throws IOException;

  @Override
  void close() throws IOException;

  /** May still grow. */
  record Plain(FileChannel channel) implements LogSource {
    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
      return channel.read(ByteBuffer.wrap(into, offset, count));
    }

    @Override
    public void skip(long bytes) throws IOException {
      channel.position(bytes);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** Complete. */
  record Compressed(FileChannel channel, InputStream inflated) implements LogSource {
    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
      return inflated.read(into, offset, count);
    }

    @Override
    public void skip(long bytes) throws IOException {
      inflated.skipNBytes(bytes);
    }

    /** Of the file alone, for another thread may be inflating. */
    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
