package dev.varve.archive;

import dev.varve.archive.SparseMap.Extent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The extended header of the entry that follows: {@code LENGTH KEY=VALUE\n} records. Values stay
 * bytes, because file capabilities are.
 */
final class PaxRecords {
  private static final String XATTR = "SCHILY.xattr.";
  private static final int NANO_DIGITS = 9;
  static final PaxRecords NONE = new PaxRecords();

  private final Map<String, String> values = new HashMap<>();
  private final Map<String, byte[]> xattrs = new LinkedHashMap<>();
  private final List<String> sparseNumbers = new ArrayList<>();

  private PaxRecords() {}

  static PaxRecords parse(byte[] data) throws ArchiveRefusedException {
    PaxRecords records = new PaxRecords();
    int at = 0;
    while (at < data.length) {
      at = records.add(data, at);
    }
    return records;
  }

  private int add(byte[] data, int at) throws ArchiveRefusedException {
    int blank = at;
    long length = 0;
    while (blank < data.length && data[blank] >= '0' && data[blank] <= '9' && blank - at < 8) {
      length = length * 10 + data[blank++] - '0';
    }
    long end = at + length;
    if (blank == at || blank >= data.length || data[blank] != ' ' || end > data.length) {
      throw invalid();
    }
    int equals = blank + 1;
    while (equals < end && data[equals] != '=') {
      equals++;
    }
    if (equals >= end - 1 || equals == blank + 1 || data[(int) end - 1] != '\n') {
      throw invalid();
    }
    String key = new String(data, blank + 1, equals - blank - 1, StandardCharsets.ISO_8859_1);
    byte[] value = new byte[(int) end - 1 - (equals + 1)];
    System.arraycopy(data, equals + 1, value, 0, value.length);
    put(key, value);
    return (int) end;
  }

  private void put(String key, byte[] value) throws ArchiveRefusedException {
    if (key.indexOf('\0') >= 0) {
      throw invalid();
    }
    if (key.startsWith(XATTR)) {
      xattrs.put(key.substring(XATTR.length()), value);
      return;
    }
    String text = new String(value, StandardCharsets.ISO_8859_1);
    if (key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes")) {
      sparseNumbers.add(text);
    }
    values.put(key, text);
  }

  /** A byte string without NUL, or null. */
  @Nullable String text(String key) throws ArchiveRefusedException {
    String value = values.get(key);
    if (value != null && value.indexOf('\0') >= 0) {
      throw invalid();
    }
    return value == null || value.isEmpty() ? null : value;
  }

  long number(String key, long otherwise) throws ArchiveRefusedException {
    String value = values.get(key);
    return value == null || value.isEmpty() ? otherwise : number(value);
  }

  private static long number(String value) throws ArchiveRefusedException {
    try {
      if (value.startsWith("+")) {
        throw invalid();
      }
      return Long.parseLong(value);
    } catch (NumberFormatException _) {
      throw invalid();
    }
  }

  /** Seconds and nanoseconds of a decimal, rounded down; the given seconds when it is absent. */
  long[] time(String key, long otherwise) throws ArchiveRefusedException {
    String value = values.get(key);
    if (value == null || value.isEmpty()) {
      return new long[] {otherwise, 0};
    }
    int point = value.indexOf('.');
    if (point < 0) {
      return new long[] {number(value), 0};
    }
    String fraction = value.substring(point + 1);
    String padded = (fraction + "0".repeat(NANO_DIGITS)).substring(0, NANO_DIGITS);
    long seconds = point == 0 ? 0 : number(value.substring(0, point));
    long nanos = number(padded);
    if (nanos < 0) {
      throw invalid();
    }
    if (value.startsWith("-") && nanos > 0) {
      return new long[] {seconds - 1, 1_000_000_000L - nanos};
    }
    return new long[] {seconds, nanos};
  }

  Map<String, byte[]> xattrs() {
    return xattrs;
  }

  boolean isSparse() {
    return values.containsKey("GNU.sparse.major")
        || values.containsKey("GNU.sparse.map")
        || !sparseNumbers.isEmpty();
  }

  /** The map is not in the header but at the beginning of the content. */
  boolean hasSparseMapInContent() throws ArchiveRefusedException {
    return number("GNU.sparse.major", 0) == 1 && number("GNU.sparse.minor", 0) == 0;
  }

  List<Extent> sparseExtents() throws ArchiveRefusedException {
    String map = values.get("GNU.sparse.map");
    List<String> numbers = map == null ? sparseNumbers : List.of(map.split(",", -1));
    if (numbers.size() % 2 != 0 || numbers.size() / 2 > SparseMap.MAX_EXTENTS) {
      throw invalid();
    }
    List<Extent> extents = new ArrayList<>();
    for (int i = 0; i < numbers.size(); i += 2) {
      extents.add(new Extent(number(numbers.get(i)), number(numbers.get(i + 1))));
    }
    return extents;
  }

  /** A header for all entries may carry a comment, never what names or measures them. */
  void refuseAsGlobal() throws ArchiveRefusedException {
    for (String key : values.keySet()) {
      if (key.equals("path")
          || key.equals("linkpath")
          || key.equals("size")
          || key.startsWith("GNU.sparse.")) {
        throw invalid();
      }
    }
  }

  private static ArchiveRefusedException invalid() {
    return ArchiveRefusedException.invalidHeader();
  }
}
