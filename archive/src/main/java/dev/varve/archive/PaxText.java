package dev.varve.archive;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Records of a PAX header being written; text is byte strings. */
final class PaxText {
  private static final long NANOS = 1_000_000_000L;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  void add(String key, String value) {
    add(key, value.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The record's length counts its own digits. */
  void add(String key, byte[] value) {
    byte[] name = key.getBytes(StandardCharsets.ISO_8859_1);
    int rest = name.length + value.length + 3;
    int length = rest + Integer.toString(rest).length();
    length = rest + Integer.toString(length).length();
    out.writeBytes((length + " ").getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(name);
    out.write('=');
    out.writeBytes(value);
    out.write('\n');
  }

  /** A decimal; the nanoseconds count upwards from the second, before 1970 too. */
  static String time(long seconds, int nanos) {
    if (nanos == 0) {
      return Long.toString(seconds);
    }
    boolean negative = seconds < 0;
    long whole = negative ? -(seconds + 1) : seconds;
    long fraction = negative ? NANOS - nanos : nanos;
    String digits = "%09d".formatted(fraction).replaceAll("0+$", "");
    return (negative ? "-" : "") + whole + "." + digits;
  }

  byte[] bytes() {
    return out.toByteArray();
  }
}
