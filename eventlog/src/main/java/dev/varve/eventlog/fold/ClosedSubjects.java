package dev.varve.eventlog.fold;

import dev.varve.eventlog.Subject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered for ever of a subject without state, in 40 bytes: its last sequence, the mark
 * of its last event and that event's time. Subjects are told apart by 128 bits of SHA-256.
 *
 * <p>One thread writes, any thread reads without a lock. Nothing is ever taken out: a subject that
 * opens again is looked up among the live ones first.
 */
final class ClosedSubjects {
  private static final int WIDTH = 5;

  /** Last counted event of a subject; time in microseconds since the epoch. */
  record Last(long sequence, long mark, long micros) {}

  private volatile AtomicLongArray table = new AtomicLongArray(64 * WIDTH);
  private int size;

  @Nullable Last get(Subject subject) {
    AtomicLongArray cells = table;
    ByteBuffer key = key(subject);
    int at = find(cells, key.getLong(0) | 1, key.getLong(8));
    return cells.get(at) == 0
        ? null
        : new Last(cells.get(at + 2), cells.get(at + 3), cells.get(at + 4));
  }

  void put(Subject subject, long sequence, long mark, long micros) {
    if ((size + 1L) * WIDTH * 10 > table.length() * 7L) {
      grow();
    }
    ByteBuffer key = key(subject);
    long high = key.getLong(0) | 1;
    long low = key.getLong(8);
    AtomicLongArray cells = table;
    int at = find(cells, high, low);
    cells.set(at + 2, sequence);
    cells.set(at + 3, mark);
    cells.set(at + 4, micros);
    if (cells.get(at) == 0) {
      cells.set(at + 1, low);
      cells.set(at, high); // last: a reader that sees the key sees the rest
      size++;
    }
  }

  int size() {
    return size;
  }

  private void grow() {
    AtomicLongArray old = table;
    AtomicLongArray wider = new AtomicLongArray(old.length() * 2);
    for (int from = 0; from < old.length(); from += WIDTH) {
      if (old.get(from) != 0) {
        int to = find(wider, old.get(from), old.get(from + 1));
        for (int i = 0; i < WIDTH; i++) {
          wider.setPlain(to + i, old.get(from + i));
        }
      }
    }
    table = wider;
  }

  /** The cell of the key, or the free cell where it belongs. */
  private static int find(AtomicLongArray cells, long high, long low) {
    int slots = cells.length() / WIDTH;
    int slot = Math.floorMod(low, slots);
    while (true) {
      int at = slot * WIDTH;
      long there = cells.get(at);
      if (there == 0 || (there == high && cells.get(at + 1) == low)) {
        return at;
      }
      slot = slot + 1 == slots ? 0 : slot + 1;
    }
  }

  private static ByteBuffer key(Subject subject) {
    try {
      return ByteBuffer.wrap(
          MessageDigest.getInstance("SHA-256")
              .digest(subject.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every Java platform has it
    }
  }
}
