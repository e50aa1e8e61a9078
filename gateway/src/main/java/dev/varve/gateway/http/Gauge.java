package dev.varve.gateway.http;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Whether a connection has room for more bytes: changed by the event loop, awaited by writers. */
final class Gauge {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final BooleanSupplier writable;
  private boolean closed;

  Gauge(BooleanSupplier writable) {
    this.writable = writable;
  }

  /** The connection's room may have changed. */
  void changed() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Blocks until there is room; false when the connection is closed. */
  boolean awaitWritable() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed && !writable.getAsBoolean()) {
        changed.await();
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }
}
