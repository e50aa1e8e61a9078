package dev.varve.gateway.buildkit;

import dev.varve.api.buildkit.control.StatusResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a build tells, until its client reads it. A client that reads slowly, or has yet to begin,
 * makes the build wait; for one that does not read at all the newest is kept. Any thread.
 */
final class StatusFeed {
  /** Bytes that may wait. */
  private static final int MOST = 4 << 20;

  /** Of a build that is over. */
  private static final int MOST_AFTERWARDS = 256 << 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<StatusResponse> waiting = new ArrayDeque<>();
  private int bytes;
  private boolean followed;

  /** How long a reader is still waited for; it may come a little later than the build begins. */
  private long patienceNanos;

  private boolean ended;

  StatusFeed(Duration patience) {
    this.patienceNanos = patience.toNanos();
  }

  void put(StatusResponse status) {
    lock.lock();
    try {
      while (bytes > MOST && (followed || patienceNanos > 0)) {
        awaitReader();
      }
      waiting.add(status);
      bytes += status.getSerializedSize();
      if (!followed) {
        keep(MOST);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void keep(int most) {
    while (bytes > most) {
      bytes -= waiting.remove().getSerializedSize();
    }
  }

  private void awaitReader() {
    if (followed) {
      changed.awaitUninterruptibly();
      return;
    }
    try {
      patienceNanos = changed.awaitNanos(patienceNanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      patienceNanos = 0;
    }
  }

  /** Nothing more comes. */
  void end() {
    lock.lock();
    try {
      ended = true;
      if (!followed) {
        keep(MOST_AFTERWARDS);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Where to go with it. */
  @FunctionalInterface
  interface Reader {
    /** False when it wants no more. */
    boolean read(StatusResponse status) throws InterruptedException;
  }

  /** Reads until the end. */
  void follow(Reader reader) throws InterruptedException {
    setFollowed(true);
    try {
      StatusResponse next = take();
      while (next != null && reader.read(next)) {
        next = take();
      }
    } finally {
      setFollowed(false);
    }
  }

  private void setFollowed(boolean value) {
    lock.lock();
    try {
      followed = value;
      patienceNanos = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable StatusResponse take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && !ended) {
        changed.await();
      }
      StatusResponse next = waiting.poll();
      if (next != null) {
        bytes -= next.getSerializedSize();
        changed.signalAll();
      }
      return next;
    } finally {
      lock.unlock();
    }
  }
}
