package dev.varve.linux.files;

import static dev.varve.linux.files.Downcall.bindLong;
import static dev.varve.linux.files.Downcall.call;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.varve.linux.SystemCallException;
import dev.varve.linux.files.FileCalls.Entry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/** The entries of an open directory. */
final class Listing {
  private static final int DT_UNKNOWN = 0;
  private static final int DT_DIR = 4;
  private static final int LISTING_BYTES = 32 << 10;

  private static final MethodHandle GETDENTS64 =
      bindLong("getdents64", JAVA_INT, ADDRESS, JAVA_LONG);

  private Listing() {}

  /** From where its descriptor stands. */
  static List<Entry> rest(int fd) throws SystemCallException {
    List<Entry> entries = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(LISTING_BYTES, 8);
      while (true) {
        long filled =
            call(
                "getdents64",
                "",
                (a, e) -> (long) GETDENTS64.invokeExact(e, fd, buffer, (long) LISTING_BYTES));
        if (filled == 0) {
          return entries;
        }
        addEntries(buffer.asSlice(0, filled), entries);
      }
    }
  }

  /** struct linux_dirent64: ino 8, off 8, reclen 2, type 1, name. */
  private static void addEntries(MemorySegment buffer, List<Entry> entries) {
    for (long at = 0; at < buffer.byteSize(); ) {
      int length = buffer.get(JAVA_SHORT, at + 16) & 0xffff;
      int type = buffer.get(JAVA_BYTE, at + 18);
      long end = at + 19;
      while (buffer.get(JAVA_BYTE, end) != 0) {
        end++;
      }
      String name = ByteNames.ofBytes(buffer.asSlice(at + 19, end - at - 19).toArray(JAVA_BYTE));
      if (!name.equals(".") && !name.equals("..")) {
        entries.add(new Entry(name, type == DT_DIR, type == DT_UNKNOWN));
      }
      at += length;
    }
  }
}
