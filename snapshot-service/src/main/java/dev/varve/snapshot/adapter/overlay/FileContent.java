package dev.varve.snapshot.adapter.overlay;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.varve.linux.process.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Contents of one file after the other. A file's end is followed by zeros: one that shrinks while
 * it is read must not spoil the archive whose header has told its length already. One thread.
 */
final class FileContent extends InputStream {
  private static final int BUFFER = 1 << 18;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment buffer = arena.allocate(BUFFER);
  private Descriptor file = Descriptor.of(-1);
  private boolean ended;

  FileContent of(Descriptor next) {
    file = next;
    ended = false;
    return this;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int wanted = Math.min(length, BUFFER);
    int count = ended ? 0 : file.read(buffer.asSlice(0, wanted));
    if (count <= 0) {
      ended = true;
      java.util.Arrays.fill(into, offset, offset + wanted, (byte) 0);
      return wanted;
    }
    MemorySegment.copy(buffer, JAVA_BYTE, 0, into, offset, count);
    return count;
  }

  @Override
  public void close() {
    arena.close();
  }
}
