package dev.varve.image.dockerfile;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The lines of a file, bounded and decoded, read once from the first to the last. */
final class Lines {
  private static final char REPLACEMENT = '\uFFFD';

  private final String text;
  private final boolean damaged;
  private int at;
  private int number;

  private Lines(String text, boolean damaged) {
    this.text = text;
    this.damaged = damaged;
  }

  static Lines of(String text) {
    return new Lines(text, false);
  }

  /**
   * @throws DockerfileException when the file or a line is too long
   */
  static Lines of(byte[] bytes) {
    if (bytes.length > Limits.FILE_BYTES) {
      throw new DockerfileException(
          "file of " + bytes.length + " bytes is larger than " + Limits.FILE_BYTES);
    }
    checkLengths(bytes);
    int start = startsWithMark(bytes) ? 3 : 0;
    try {
      ByteBuffer content = ByteBuffer.wrap(bytes, start, bytes.length - start);
      return new Lines(StandardCharsets.UTF_8.newDecoder().decode(content).toString(), false);
    } catch (CharacterCodingException e) {
      String text = new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8);
      return new Lines(text, true);
    }
  }

  private static boolean startsWithMark(byte[] bytes) {
    return bytes.length >= 3
        && bytes[0] == (byte) 0xEF
        && bytes[1] == (byte) 0xBB
        && bytes[2] == (byte) 0xBF;
  }

  private static void checkLengths(byte[] bytes) {
    int line = 1;
    int start = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i == bytes.length || bytes[i] == '\n') {
        if (i - start > Limits.LINE_BYTES) {
          throw new DockerfileException(
              "dockerfile line greater than max allowed size of " + Limits.LINE_BYTES,
              new Position(line, 1),
              "");
        }
        start = i + 1;
        line++;
      }
    }
  }

  /** All of them. */
  String text() {
    return text;
  }

  boolean hasNext() {
    return at < text.length();
  }

  /** The next line with its end. */
  String next() {
    int feed = text.indexOf('\n', at);
    int end = feed < 0 ? text.length() : feed + 1;
    String line = text.substring(at, end);
    at = end;
    number++;
    return line;
  }

  /** Of the line that {@link #next} gave last, from 1; 0 before. */
  int number() {
    return number;
  }

  /** A line without its end. */
  static String withoutEnd(String line) {
    int end = line.length();
    while (end > 0 && (line.charAt(end - 1) == '\n' || line.charAt(end - 1) == '\r')) {
      end--;
    }
    return line.substring(0, end);
  }

  /** Whether a line holds bytes that were no UTF-8; harmless in a comment only. */
  boolean isDamaged(String line) {
    return damaged && line.indexOf(REPLACEMENT) >= 0;
  }

  DockerfileException refusal(Position position, String reason) {
    return new DockerfileException(reason, position, Excerpt.of(text, position));
  }
}
