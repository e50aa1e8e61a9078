package dev.varve.container.adapter.conmon;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what is kept for all clients of all containers, so that however many don't read, it stays
 * little. Thread-safe.
 */
final class BufferedBytes {
  static final int MUCH = 2 << 20;
  private static final int LITTLE = 64 << 10;
  private static final long ALL = 24 << 20;

  private final AtomicLong all = new AtomicLong();

  void add(long bytes) {
    all.addAndGet(bytes);
  }

  /** Whether so much is enough for one client, at this time. */
  boolean isEnough(int bytes) {
    return bytes >= MUCH || bytes >= LITTLE && all.get() >= ALL;
  }
}
