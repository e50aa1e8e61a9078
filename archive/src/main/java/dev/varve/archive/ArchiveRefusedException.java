package dev.varve.archive;

import java.io.IOException;

/**
 * The archive is malformed, hostile or beyond a limit: the sender's fault, told in Docker's words.
 * The same bytes will be refused again.
 */
public final class ArchiveRefusedException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 200;

  public ArchiveRefusedException(String message) {
    super(message);
  }

  /** In the words of Docker, for all that no header may say. */
  public static ArchiveRefusedException invalidHeader() {
    return new ArchiveRefusedException("archive/tar: invalid tar header");
  }

  /** A stranger's name for a message: short, in quotes, without control characters. */
  public static String quoted(String name) {
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
