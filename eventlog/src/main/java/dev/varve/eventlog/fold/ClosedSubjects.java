package dev.varve.eventlog.fold;

import dev.varve.eventlog.Position;
import dev.varve.eventlog.Subject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a subject without state, in 56 bytes. Subjects are told apart by 128 bits
 * of SHA-256.
 *
 * <p>One that an event closed is remembered for so many records of its partition as a proposal
 * holds. One that is only not known here, because its events are not of interest or of a newer
 * version, may live for others and is remembered until an event closes it. Whether one is forgotten
 * depends on the log alone, so that all readers agree; its room is used again when the table is
 * next made anew.
 *
 * <p>One thread writes, any thread reads without a lock. A subject that opens again stays here: it
 * is looked up among the live ones first.
 */
final class ClosedSubjects {
  private static final int WIDTH = 7;
  private static final int FEWEST_SLOTS = 64;
  private static final long OPEN = -1;

  /** A partition takes the bits above. */
  private static final int OFFSET_BITS = 48;

  /**
   * Last counted event of a subject.
   *
   * @param mark of its id
   * @param micros its time, since the epoch
   * @param opened the offset at which the sequence began with 1
   */
  record Last(long sequence, long mark, long micros, long opened) {}

  private final long remembered;
  private volatile AtomicLongArray table = new AtomicLongArray(FEWEST_SLOTS * WIDTH);
  private volatile AtomicLongArray reached = new AtomicLongArray(1);
  private int size;

  /**
   * @param remembered for how many records one that was closed is
   */
  ClosedSubjects(long remembered) {
    this.remembered = remembered;
  }

  /** The reader is at this record now. */
  void reached(Position position) {
    if (position.partition() >= reached.length()) {
      AtomicLongArray more = new AtomicLongArray(position.partition() + 1);
      for (int i = 0; i < reached.length(); i++) {
        more.setPlain(i, reached.get(i));
      }
      reached = more;
    }
    reached.setRelease(position.partition(), position.offset());
  }

  @Nullable Last get(Subject subject) {
    AtomicLongArray cells = table;
    ByteBuffer key = key(subject);
    int at = find(cells, key.getLong(0) | 1, key.getLong(8));
    return cells.get(at) == 0 || isForgotten(cells.get(at + 6))
        ? null
        : new Last(cells.get(at + 2), cells.get(at + 3), cells.get(at + 4), cells.get(at + 5));
  }

  /**
   * @param closing where it was closed; null when it is only not known here
   */
  void put(Subject subject, Last last, @Nullable Position closing) {
    if ((size + 1L) * WIDTH * 10 > table.length() * 7L) {
      makeAnew();
    }
    ByteBuffer key = key(subject);
    long high = key.getLong(0) | 1;
    long low = key.getLong(8);
    AtomicLongArray cells = table;
    int at = find(cells, high, low);
    cells.set(at + 2, last.sequence());
    cells.set(at + 3, last.mark());
    cells.set(at + 4, last.micros());
    cells.set(at + 5, last.opened());
    cells.set(
        at + 6,
        closing == null ? OPEN : (long) closing.partition() << OFFSET_BITS | closing.offset());
    if (cells.get(at) == 0) {
      cells.set(at + 1, low);
      cells.set(at, high); // last: a reader that sees the key sees the rest
      size++;
    }
  }

  /**
   * How many have a place, those among them that are forgotten but not yet cleared away as well.
   */
  int size() {
    return size;
  }

  private boolean isForgotten(long closing) {
    if (closing == OPEN) {
      return false;
    }
    AtomicLongArray offsets = reached;
    int partition = (int) (closing >>> OFFSET_BITS);
    return partition < offsets.length()
        && offsets.getAcquire(partition) - (closing & (1L << OFFSET_BITS) - 1) > remembered;
  }

  /** Without the forgotten, and filled to a half at most. */
  private void makeAnew() {
    AtomicLongArray old = table;
    int kept = 0;
    for (int at = 0; at < old.length(); at += WIDTH) {
      kept += isKept(old, at) ? 1 : 0;
    }
    int slots = Math.max(FEWEST_SLOTS, Integer.highestOneBit(kept) * 4);
    AtomicLongArray made = new AtomicLongArray(slots * WIDTH);
    for (int from = 0; from < old.length(); from += WIDTH) {
      if (isKept(old, from)) {
        int to = find(made, old.get(from), old.get(from + 1));
        for (int i = 0; i < WIDTH; i++) {
          made.setPlain(to + i, old.get(from + i));
        }
      }
    }
    table = made;
    size = kept;
  }

  private boolean isKept(AtomicLongArray cells, int at) {
    return cells.get(at) != 0 && !isForgotten(cells.get(at + 6));
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
