package dev.varve.image.adapter.archive;

import java.nio.charset.StandardCharsets;

/** The fields of one 512-byte header block. */
final class TarBlock {
  static final int SIZE = 512;
  private static final int CHECKSUM_AT = 148;
  private static final int CHECKSUM_LENGTH = 8;
  private static final int TYPE_AT = 156;

  final byte[] bytes = new byte[SIZE];

  boolean isZero() {
    for (byte b : bytes) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  int type() {
    return bytes[TYPE_AT];
  }

  String name() {
    String name = text(0, 100);
    boolean posix = text(257, 6).equals("ustar") && bytes[263] == '0';
    String prefix = posix ? text(345, 155) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  String linkName() {
    return text(157, 100);
  }

  long contentSize() throws ArchiveFormatException {
    return number(124, 12);
  }

  boolean flag(int at) {
    return bytes[at] != 0;
  }

  void verifyChecksum() throws ArchiveFormatException {
    long unsigned = 0;
    long signed = 0;
    for (int i = 0; i < SIZE; i++) {
      boolean own = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_LENGTH;
      byte b = own ? (byte) ' ' : bytes[i];
      unsigned += b & 0xff;
      signed += b;
    }
    long stored = number(CHECKSUM_AT, CHECKSUM_LENGTH);
    if (stored != unsigned && stored != signed) {
      throw ArchiveFormatException.invalidHeader();
    }
  }

  /** Octal, or base 256 with the first bit set; never negative. */
  long number(int at, int length) throws ArchiveFormatException {
    if ((bytes[at] & 0x80) != 0) {
      return binary(at, length);
    }
    long value = 0;
    boolean digits = false;
    for (int i = at; i < at + length; i++) {
      int c = bytes[i];
      if (c >= '0' && c <= '7') {
        digits = true;
        value = value * 8 + (c - '0');
      } else if (c != ' ' && c != 0) {
        throw ArchiveFormatException.invalidHeader();
      } else if (digits) {
        break;
      }
    }
    return value;
  }

  private long binary(int at, int length) throws ArchiveFormatException {
    long value = bytes[at] & 0x7f;
    if ((value & 0x40) != 0) {
      throw ArchiveFormatException.invalidHeader();
    }
    for (int i = at + 1; i < at + length; i++) {
      if (value > Long.MAX_VALUE >> 8) {
        throw ArchiveFormatException.invalidHeader();
      }
      value = (value << 8) | (bytes[i] & 0xff);
    }
    return value;
  }

  private String text(int at, int length) {
    int end = at;
    while (end < at + length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, at, end - at, StandardCharsets.ISO_8859_1);
  }
}
