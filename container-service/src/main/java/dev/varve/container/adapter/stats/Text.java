package dev.varve.container.adapter.stats;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.varve.linux.SystemCallException;
import dev.varve.linux.process.Descriptor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The kernel's small text files, taken apart without making a string of each word: they are read
 * every second, thousands of them. One for each kind of file, of which it holds one at a time; one
 * thread.
 */
final class Text implements AutoCloseable {
  private static final int BUFFER = 64 << 10;
  private static final int PIECE = 3 << 10;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment buffer = arena.allocate(BUFFER);
  private final byte[] bytes = new byte[BUFFER];
  private final List<String> names = new ArrayList<>();
  private int length;
  private int at;
  private int line;

  /** Reads a whole file; what is beyond the buffer is left out. */
  void read(Descriptor file) throws SystemCallException {
    length = 0;
    int count;
    // Files of several records come in pieces of about a page; asking for the end of one that came
    // whole would have the kernel make it up again.
    do {
      count = file.readAt(buffer.asSlice(length), length);
      length += count;
    } while (count > PIECE && length < BUFFER);
    MemorySegment.copy(buffer, JAVA_BYTE, 0, bytes, 0, length);
    at = 0;
    line = 0;
  }

  void clear() {
    length = 0;
    at = 0;
    line = 0;
  }

  /** Whether the rest of the line begins with a digit. */
  boolean startsWithDigit() {
    return at < length && bytes[at] >= '0' && bytes[at] <= '9';
  }

  boolean hasLine() {
    return at < length;
  }

  boolean hasWord() {
    skipBlanks();
    return at < length && bytes[at] != '\n';
  }

  void nextLine() {
    while (at < length && bytes[at] != '\n') {
      at++;
    }
    at++;
    line++;
  }

  private void skipBlanks() {
    while (at < length && bytes[at] == ' ') {
      at++;
    }
  }

  /** The next word of the line, up to a blank or one of these. */
  String word(char end) {
    skipBlanks();
    int from = at;
    while (at < length && bytes[at] != ' ' && bytes[at] != '\n' && bytes[at] != end) {
      at++;
    }
    String word = name(from);
    if (at < length && bytes[at] == end && end != '\n') {
      at++;
    }
    return word;
  }

  /** The same line of the same kind of file mostly begins with the same word. */
  private String name(int from) {
    if (line < names.size()) {
      String known = names.get(line);
      if (is(known, from)) {
        return known;
      }
    }
    String word = new String(bytes, from, at - from, StandardCharsets.ISO_8859_1);
    while (names.size() <= line) {
      names.add(word);
    }
    names.set(line, word);
    return word;
  }

  private boolean is(String word, int from) {
    if (word.length() != at - from) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) != bytes[from + i]) {
        return false;
      }
    }
    return true;
  }

  /** Whether the file begins with this word. */
  boolean startsWith(String word) {
    return length >= word.length()
        && new String(bytes, 0, word.length(), StandardCharsets.ISO_8859_1).equals(word);
  }

  /** The next word of the line as a number; what is none, or absent, is zero. */
  long number() {
    skipBlanks();
    long value = 0;
    while (at < length && bytes[at] >= '0' && bytes[at] <= '9') {
      value = value * 10 + bytes[at++] - '0';
    }
    while (at < length && bytes[at] != ' ' && bytes[at] != '\n' && bytes[at] != ':') {
      at++;
    }
    if (at < length && bytes[at] == ':') {
      at++;
    }
    return value;
  }

  @Override
  public void close() {
    arena.close();
  }
}
