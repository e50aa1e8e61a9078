package dev.varve.snapshot.adapter.overlay;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.varve.archive.SparseMap;
import dev.varve.archive.TarEntry;
import dev.varve.archive.TarReader;
import dev.varve.linux.files.FileCalls;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Writes the contents of an archive's files, one after the other. One thread. */
final class EntryContent implements AutoCloseable {
  private static final int CHUNK = 256 << 10;

  private final FileCalls calls;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment chunk = arena.allocate(CHUNK);
  private final byte[] heapChunk = new byte[CHUNK];

  EntryContent(FileCalls calls) {
    this.calls = calls;
  }

  /**
   * @param fd of the new file
   * @return bytes written; holes are none
   */
  long write(TarEntry entry, TarReader archive, int fd) throws IOException {
    SparseMap sparse = entry.sparse();
    if (sparse == null) {
      return copy(archive, entry.size(), fd);
    }
    long written = 0;
    for (SparseMap.Extent extent : sparse.extents()) {
      calls.seek(fd, extent.offset());
      written += copy(archive, extent.length(), fd);
    }
    calls.truncate(fd, sparse.realSize());
    return written;
  }

  private long copy(TarReader archive, long length, int fd) throws IOException {
    long left = length;
    while (left > 0) {
      int count = archive.read(heapChunk, 0, (int) Math.min(CHUNK, left));
      if (count < 0) {
        throw new EOFException("unexpected EOF");
      }
      MemorySegment.copy(heapChunk, 0, chunk, JAVA_BYTE, 0, count);
      calls.write(fd, chunk.asSlice(0, count));
      left -= count;
    }
    return length;
  }

  @Override
  public void close() {
    arena.close();
  }
}
