package dev.varve.eventlog.adapter.postgres;

import dev.varve.eventlog.Position;
import dev.varve.eventlog.fold.Counted;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bounded way from the folding thread to the writing one. When the writer falls behind, the
 * queue does not block the fold: it drops everything, takes nothing more, and the writer has to
 * read the log itself before it {@link #rejoin rejoins}.
 */
final class ChangeQueue<S, E> {
  private final int capacity;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Deque<Counted<S, E>> waiting = new ArrayDeque<>();
  private final Map<Integer, Long> offered = new HashMap<>();
  private final Map<Integer, Long> from = new HashMap<>();
  private boolean taking = true;
  private boolean closed;
  private int waitingForRows;

  ChangeQueue(int capacity) {
    this.capacity = capacity;
  }

  /** Begins anew: all that counts from these offsets on will be offered. */
  void beginAt(Map<Integer, Long> next) {
    lock.lock();
    try {
      waiting.clear();
      taking = true;
      offered.clear();
      offered.putAll(next);
      from.clear();
      from.putAll(next);
    } finally {
      lock.unlock();
    }
  }

  /** Never blocks. */
  void offer(Counted<S, E> counted) {
    lock.lock();
    try {
      Position position = counted.record().position();
      offered.put(position.partition(), position.offset() + 1);
      if (!taking) {
        return;
      }
      if (waiting.size() >= capacity) {
        waiting.clear();
        taking = false;
      } else {
        waiting.add(counted);
      }
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Whether everything that counted from these offsets on is here. */
  boolean continues(Map<Integer, Long> next) {
    lock.lock();
    try {
      return taking && reaches(next, from);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for changes and returns the oldest, which stay here until they are {@link #done}.
   *
   * @param gathering how long the first change waits for others to be written with, unless somebody
   *     {@link #hurry hurries}
   */
  List<Counted<S, E>> peek(int limit, Duration timeout, Duration gathering)
      throws InterruptedException {
    lock.lock();
    try {
      long nanos = timeout.toNanos();
      while (waiting.isEmpty() && taking && !closed && nanos > 0) {
        nanos = filled.awaitNanos(nanos);
      }
      nanos = gathering.toNanos();
      while (!waiting.isEmpty()
          && waiting.size() < limit
          && waitingForRows == 0
          && !closed
          && nanos > 0) {
        nanos = filled.awaitNanos(nanos);
      }
      List<Counted<S, E>> oldest = new ArrayList<>(Math.min(limit, waiting.size()));
      Iterator<Counted<S, E>> each = waiting.iterator();
      while (each.hasNext() && oldest.size() < limit) {
        oldest.add(each.next());
      }
      return oldest;
    } finally {
      lock.unlock();
    }
  }

  /** Somebody waits for rows until {@link #hurried}: nothing is held back to gather more. */
  void hurry() {
    lock.lock();
    try {
      waitingForRows++;
      filled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void hurried() {
    lock.lock();
    try {
      waitingForRows--;
    } finally {
      lock.unlock();
    }
  }

  /** Lets nobody wait any more. */
  void close() {
    lock.lock();
    try {
      closed = true;
      filled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lets go of what was peeked. */
  @SuppressWarnings("ReferenceEquality") // the very same object, or another has come in its place
  void done(List<Counted<S, E>> oldest) {
    lock.lock();
    try {
      for (Counted<S, E> counted : oldest) {
        if (waiting.peek() != counted) {
          return; // overflowed meanwhile
        }
        waiting.remove();
        Position position = counted.record().position();
        from.put(position.partition(), position.offset() + 1);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Called by a writer that has read the log by itself up to {@code next}: takes changes again once
   * it is near.
   *
   * @return whether everything from {@code next} on is here now
   */
  boolean rejoin(Map<Integer, Long> next) {
    lock.lock();
    try {
      if (!taking) {
        long behind = 0;
        for (Map.Entry<Integer, Long> entry : offered.entrySet()) {
          behind += Math.max(0, entry.getValue() - next.getOrDefault(entry.getKey(), 0L));
        }
        if (behind <= capacity / 2) {
          taking = true;
          waiting.clear();
          from.clear();
          from.putAll(offered);
        }
      }
      return taking && reaches(next, from);
    } finally {
      lock.unlock();
    }
  }

  /** Begins to refuse, so that {@link #rejoin} decides when to take again. */
  void detach() {
    lock.lock();
    try {
      taking = false;
      waiting.clear();
    } finally {
      lock.unlock();
    }
  }

  private static boolean reaches(Map<Integer, Long> next, Map<Integer, Long> target) {
    return target.entrySet().stream()
        .allMatch(entry -> next.getOrDefault(entry.getKey(), 0L) >= entry.getValue());
  }
}
