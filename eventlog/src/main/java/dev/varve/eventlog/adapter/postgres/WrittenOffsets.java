package dev.varve.eventlog.adapter.postgres;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The offsets that the rows stand for, to wait on. */
final class WrittenOffsets {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Map<Integer, Long> next = Map.of();

  void set(Map<Integer, Long> offsets) {
    lock.lock();
    try {
      next = Map.copyOf(offsets);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean await(Map<Integer, Long> target, Duration timeout) {
    lock.lock();
    try {
      long nanos = timeout.toNanos();
      while (!reached(target)) {
        if (nanos <= 0) {
          return false;
        }
        nanos = changed.awaitNanos(nanos);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  private boolean reached(Map<Integer, Long> target) {
    return target.entrySet().stream()
        .allMatch(entry -> next.getOrDefault(entry.getKey(), 0L) >= entry.getValue());
  }
}
