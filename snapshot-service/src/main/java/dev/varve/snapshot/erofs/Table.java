package dev.varve.snapshot.erofs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Rows of a few ints each, off the heap: what an archive of millions of names may take. */
final class Table implements AutoCloseable {
  private static final long FIRST_BYTES = 1 << 16;

  /** An archive that needs more is no image's: two million names fit. */
  private static final long MAX_BYTES = 64L << 20;

  private final int columns;
  private Arena arena = Arena.ofConfined();
  private MemorySegment memory = arena.allocate(FIRST_BYTES);
  private long used;

  /**
   * @param columns ints in a row; with 0, rows are byte strings and their numbers offsets
   */
  Table(int columns) {
    this.columns = columns;
  }

  int rows() {
    return (int) (used / (4L * columns));
  }

  /** A new row of zeros. */
  int add() throws IOException {
    int row = rows();
    reserve(4L * columns);
    return row;
  }

  int get(int row, int column) {
    return memory.get(JAVA_INT, 4L * ((long) row * columns + column));
  }

  void set(int row, int column, int value) {
    memory.set(JAVA_INT, 4L * ((long) row * columns + column), value);
  }

  long getLong(int row, int column) {
    return Integer.toUnsignedLong(get(row, column)) | (long) get(row, column + 1) << 32;
  }

  void setLong(int row, int column, long value) {
    set(row, column, (int) value);
    set(row, column + 1, (int) (value >>> 32));
  }

  /** Keeps a byte string of up to 65535 bytes. */
  int addBytes(byte[] bytes) throws IOException {
    int at = (int) used;
    reserve(2L + bytes.length);
    memory.set(JAVA_BYTE, at, (byte) bytes.length);
    memory.set(JAVA_BYTE, at + 1L, (byte) (bytes.length >>> 8));
    MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, at + 2L, bytes.length);
    return at;
  }

  int length(int at) {
    return memory.get(JAVA_BYTE, at) & 0xff | (memory.get(JAVA_BYTE, at + 1L) & 0xff) << 8;
  }

  byte[] bytes(int at) {
    return slice(at).toArray(JAVA_BYTE);
  }

  boolean isEqual(int at, byte[] bytes) {
    return length(at) == bytes.length && slice(at).mismatch(MemorySegment.ofArray(bytes)) < 0;
  }

  /** In the order of unsigned bytes, a prefix first. */
  int compare(int a, int b) {
    MemorySegment first = slice(a);
    MemorySegment second = slice(b);
    long at = first.mismatch(second);
    if (at < 0) {
      return 0;
    }
    if (at == first.byteSize() || at == second.byteSize()) {
      return Long.compare(first.byteSize(), second.byteSize());
    }
    return Byte.compareUnsigned(first.get(JAVA_BYTE, at), second.get(JAVA_BYTE, at));
  }

  private MemorySegment slice(int at) {
    return memory.asSlice(at + 2L, length(at));
  }

  private void reserve(long bytes) throws IOException {
    if (used + bytes > memory.byteSize()) {
      grow(Math.max(used + bytes, memory.byteSize() * 2));
    }
    used += bytes;
  }

  @SuppressWarnings("MustBeClosedChecker") // it becomes the field, which close() closes
  private void grow(long size) throws IOException {
    if (size > MAX_BYTES) {
      throw new IOException("file too large: more names than an image can have");
    }
    Arena larger = Arena.ofConfined();
    try {
      MemorySegment copy = larger.allocate(size);
      copy.copyFrom(memory);
      memory = copy;
    } catch (OutOfMemoryError e) {
      larger.close();
      throw new IOException("not enough memory for the names of an image", e);
    }
    arena.close();
    arena = larger;
  }

  @Override
  public void close() {
    arena.close();
  }
}
