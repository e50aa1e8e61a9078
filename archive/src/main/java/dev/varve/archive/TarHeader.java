package dev.varve.archive;

import java.nio.charset.StandardCharsets;

/** The fields of one 512-byte header block, by position, in any of tar's dialects. */
final class TarHeader {
  static final int BLOCK = 512;
  private static final int CHECKSUM_AT = 148;
  private static final int CHECKSUM_LENGTH = 8;

  private final byte[] block;

  private TarHeader(byte[] block) {
    this.block = block;
  }

  /**
   * @throws ArchiveRefusedException when the checksum is wrong
   */
  static TarHeader of(byte[] block) throws ArchiveRefusedException {
    TarHeader header = new TarHeader(block);
    long unsigned = 0;
    long signed = 0;
    for (int i = 0; i < BLOCK; i++) {
      boolean inChecksum = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_LENGTH;
      byte value = inChecksum ? (byte) ' ' : block[i];
      unsigned += value & 0xff;
      signed += value;
    }
    long written = header.number(CHECKSUM_AT, CHECKSUM_LENGTH);
    if (written != unsigned && written != signed) {
      throw ArchiveRefusedException.invalidHeader();
    }
    return header;
  }

  /** A block that continues the map of a sparse file: without a checksum. */
  static TarHeader extension(byte[] block) {
    return new TarHeader(block);
  }

  static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  char type() {
    return (char) (block[156] & 0xff);
  }

  String name() {
    String name = text(0, 100);
    if (!text(257, 6).equals("ustar") || block[262] != 0) {
      return name;
    }
    boolean star = block[508] == 't' && block[509] == 'a' && block[510] == 'r' && block[511] == 0;
    String prefix = text(345, star ? 131 : 155);
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  String linkName() {
    return text(157, 100);
  }

  int mode() throws ArchiveRefusedException {
    return (int) (number(100, 8) & 07777);
  }

  long uid() throws ArchiveRefusedException {
    return number(108, 8);
  }

  long gid() throws ArchiveRefusedException {
    return number(116, 8);
  }

  long size() throws ArchiveRefusedException {
    return number(124, 12);
  }

  long modified() throws ArchiveRefusedException {
    return number(136, 12);
  }

  long deviceMajor() throws ArchiveRefusedException {
    return number(329, 8);
  }

  long deviceMinor() throws ArchiveRefusedException {
    return number(337, 8);
  }

  boolean flag(int at) {
    return block[at] != 0;
  }

  /** A byte string up to the first NUL. */
  String text(int at, int length) {
    int end = at;
    while (end < at + length && block[end] != 0) {
      end++;
    }
    return new String(block, at, end - at, StandardCharsets.ISO_8859_1);
  }

  /** Octal digits with blanks or NULs around, or the binary form whose first bit is set. */
  long number(int at, int length) throws ArchiveRefusedException {
    return (block[at] & 0x80) != 0 ? binary(at, length) : octal(at, length);
  }

  private long binary(int at, int length) throws ArchiveRefusedException {
    boolean negative = (block[at] & 0x40) != 0;
    long value = negative ? -1 : 0;
    for (int i = at; i < at + length; i++) {
      int b = block[i] & 0xff;
      if (i == at) {
        b = negative ? b : b & 0x7f;
      }
      if (value != (value << 8) >> 8) {
        throw ArchiveRefusedException.invalidHeader();
      }
      value = (value << 8) | b;
    }
    return value;
  }

  private long octal(int at, int length) throws ArchiveRefusedException {
    int i = at;
    int end = at + length;
    while (i < end && (block[i] == ' ' || block[i] == 0)) {
      i++;
    }
    long value = 0;
    for (; i < end && block[i] != ' ' && block[i] != 0; i++) {
      int digit = block[i] - '0';
      if (digit < 0 || digit > 7) {
        throw ArchiveRefusedException.invalidHeader();
      }
      value = value << 3 | digit;
    }
    return value;
  }
}
