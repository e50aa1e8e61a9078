package dev.varve.image.adapter.archive;

import java.io.IOException;

/** Bytes that are not what they should be: the sender's fault, told in Docker's words. */
final class ArchiveFormatException extends IOException {
  private static final long serialVersionUID = 1L;
  static final String INVALID_HEADER = "archive/tar: invalid tar header";
  private static final int SHOWN = 200;

  ArchiveFormatException(String message) {
    super(message);
  }

  static ArchiveFormatException invalidHeader() {
    return new ArchiveFormatException(INVALID_HEADER);
  }

  /** A stranger's name for a message: short, in quotes, without control characters. */
  static String quoted(String name) {
    StringBuilder text = new StringBuilder("\"");
    name.chars()
        .limit(SHOWN)
        .forEach(c -> {
          if (c < ' ' || c == '"' || c == '\\' || c >= 0x7f) {
            text.append("\\x%02x".formatted(c));
          } else {
            text.append((char) c);
          }
        });
    return text.append(name.length() > SHOWN ? "...\"" : "\"").toString();
  }
}
