package dev.varve.image.application;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** A lock for each key, there as long as somebody wants it. */
final class KeyedLocks<K> {
  private static final class Counted {
    final ReentrantLock lock = new ReentrantLock();
    int wanted;
  }

  private final Map<K, Counted> locks = new HashMap<>();

  /** To be closed by the thread that got it. */
  interface Held extends AutoCloseable {
    @Override
    void close();
  }

  Held hold(K key) throws InterruptedException {
    Counted counted;
    synchronized (locks) {
      counted = locks.computeIfAbsent(key, _ -> new Counted());
      counted.wanted++;
    }
    try {
      counted.lock.lockInterruptibly();
    } catch (InterruptedException e) {
      drop(key, counted);
      throw e;
    }
    return () -> {
      counted.lock.unlock();
      drop(key, counted);
    };
  }

  private void drop(K key, Counted counted) {
    synchronized (locks) {
      if (--counted.wanted == 0) {
        locks.remove(key);
      }
    }
  }
}
