package dev.varve.snapshot.application;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One lock per key, kept only while somebody holds or awaits it. Waiting is first come, first
 * served, and cheap for virtual threads.
 */
final class KeyedLocks<K> {
  private final ConcurrentHashMap<K, Shared> locks = new ConcurrentHashMap<>();

  private record Shared(ReentrantLock lock, int users) {}

  /** To be closed on the thread that took it. */
  interface Held extends AutoCloseable {
    @Override
    void close();
  }

  Held hold(K key) {
    Shared shared =
        locks.compute(
            key,
            (_, present) ->
                present == null
                    ? new Shared(new ReentrantLock(true), 1)
                    : new Shared(present.lock, present.users + 1));
    shared.lock.lock();
    return () -> {
      shared.lock.unlock();
      locks.computeIfPresent(
          key, (_, last) -> last.users == 1 ? null : new Shared(last.lock, last.users - 1));
    };
  }
}
