package dev.varve.image.adapter.archive;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The records of one PAX extended header that change how the next entry is read. */
final class PaxRecords {
  private static final int MAX_LENGTH_DIGITS = 8;

  private final Map<String, String> values = new HashMap<>();

  /** Offsets and lengths of GNU's oldest sparse form, in turn. */
  private final List<Long> sparsePairs = new ArrayList<>();

  static PaxRecords parse(byte[] data) throws ArchiveFormatException {
    PaxRecords records = new PaxRecords();
    int at = 0;
    while (at < data.length) {
      int space = at;
      while (space < data.length && data[space] != ' ') {
        space++;
      }
      int length = length(data, at, space);
      int end = at + length;
      if (end > data.length || end <= space + 1 || data[end - 1] != '\n') {
        throw ArchiveFormatException.invalidHeader();
      }
      String record =
          new String(data, space + 1, end - 1 - (space + 1), StandardCharsets.ISO_8859_1);
      int equals = record.indexOf('=');
      if (equals < 1) {
        throw ArchiveFormatException.invalidHeader();
      }
      records.put(record.substring(0, equals), record.substring(equals + 1));
      at = end;
    }
    return records;
  }

  private static int length(byte[] data, int from, int to) throws ArchiveFormatException {
    if (to - from < 1 || to - from > MAX_LENGTH_DIGITS) {
      throw ArchiveFormatException.invalidHeader();
    }
    int length = 0;
    for (int i = from; i < to; i++) {
      if (data[i] < '0' || data[i] > '9') {
        throw ArchiveFormatException.invalidHeader();
      }
      length = length * 10 + (data[i] - '0');
    }
    return length;
  }

  private void put(String key, String value) throws ArchiveFormatException {
    boolean isName = key.equals("path") || key.equals("linkpath") || key.equals("GNU.sparse.name");
    if (isName && value.indexOf('\0') >= 0) {
      throw ArchiveFormatException.invalidHeader();
    }
    if (key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes")) {
      sparsePairs.add(SparseMap.number(value));
    }
    values.put(key, value);
  }

  @Nullable String get(String key) {
    return values.get(key);
  }

  /** Null when the records do not say. */
  @Nullable Long size() throws ArchiveFormatException {
    String size = values.get("size");
    return size == null ? null : SparseMap.number(size);
  }

  /** A header for all entries may carry a comment, never what names or measures them. */
  void refuseAsGlobal() throws ArchiveFormatException {
    for (String key : values.keySet()) {
      if (key.equals("path")
          || key.equals("linkpath")
          || key.equals("size")
          || key.startsWith("GNU.sparse.")) {
        throw ArchiveFormatException.invalidHeader();
      }
    }
  }

  /** True when the map of a sparse file stands before its content. */
  boolean hasSparseMapInContent() {
    return "1".equals(values.get("GNU.sparse.major"));
  }

  /** Checks the sparse map that stands in the records, if one does. */
  void checkSparse() throws ArchiveFormatException {
    String map = values.get("GNU.sparse.map");
    if (map != null) {
      List<Long> pairs = new ArrayList<>();
      for (String number : map.split(",", -1)) {
        pairs.add(SparseMap.number(number));
      }
      SparseMap.check(pairs, realSize());
    } else if (!sparsePairs.isEmpty()) {
      SparseMap.check(sparsePairs, realSize());
    }
  }

  long realSize() throws ArchiveFormatException {
    String size = values.getOrDefault("GNU.sparse.realsize", values.get("GNU.sparse.size"));
    return size == null ? Long.MAX_VALUE : SparseMap.number(size);
  }
}
