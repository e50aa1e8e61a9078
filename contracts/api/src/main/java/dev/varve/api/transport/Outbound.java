package dev.varve.api.transport;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.InterruptedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A server's answer stream with back-pressure: {@link #send} blocks while the client has enough
 * unread messages, so that a slow reader costs waiting and not memory.
 *
 * <p>To be made on the thread that gRPC calls the method on, before the method returns; then used
 * from any one thread at a time.
 */
public final class Outbound<T> {
  private static final int FEW = 32;
  private static final int MUCH = 256 << 10;
  private static final int LITTLE = 16 << 10;

  /** All that wait for their readers, in this process. */
  private static final AtomicInteger WAITING = new AtomicInteger();

  private final ServerCallStreamObserver<T> observer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean cancelled;

  public Outbound(StreamObserver<T> observer) {
    this.observer = (ServerCallStreamObserver<T>) observer;
    this.observer.setOnReadyHandler(this::wake);
    this.observer.setOnCancelHandler(() -> {
      lock.lock();
      try {
        cancelled = true;
      } finally {
        lock.unlock();
      }
      wake();
    });
  }

  /**
   * Waits for room and sends.
   *
   * @return false when the client is gone; nothing more need be sent
   */
  public boolean send(T message) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      awaitReady();
      if (cancelled) {
        return false;
      }
      observer.onNext(message);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void awaitReady() throws InterruptedException {
    if (cancelled || observer.isReady()) {
      return;
    }
    WAITING.incrementAndGet();
    try {
      while (!cancelled && !observer.isReady()) {
        changed.await();
      }
    } finally {
      WAITING.decrementAndGet();
    }
  }

  /**
   * Waits for room, for a sender that gathers bytes only when it can send them. Each reader that
   * does not read keeps a few messages waiting; so when there are many such readers, messages are
   * to be small.
   *
   * @return about how many bytes are good to send next; 0 when the client is gone
   */
  public int awaitRoom() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      awaitReady();
      return cancelled ? 0 : good();
    } finally {
      lock.unlock();
    }
  }

  private static int good() {
    return WAITING.get() < FEW ? MUCH : LITTLE;
  }

  /** As {@link #awaitRoom} without waiting: 0 also when there is no room now. */
  public int room() {
    lock.lock();
    try {
      return cancelled || !observer.isReady() ? 0 : good();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends if there is room now, without waiting.
   *
   * @return false when it was left out
   */
  public boolean offer(T message) {
    lock.lock();
    try {
      if (cancelled || !observer.isReady()) {
        return false;
      }
      observer.onNext(message);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * As {@link #send}, for what has no use for an answer.
   *
   * @throws InterruptedIOException when the client is gone, or this thread was interrupted
   */
  public void deliver(T message) throws InterruptedIOException {
    try {
      if (!send(message)) {
        throw new InterruptedIOException("the reader went away");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the reader");
    }
  }

  public boolean isCancelled() {
    lock.lock();
    try {
      return cancelled;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the stream well; harmless when the client is gone. */
  public void complete() {
    lock.lock();
    try {
      if (!cancelled) {
        observer.onCompleted();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends the stream with a status; harmless when the client is gone. */
  public void fail(Status status) {
    lock.lock();
    try {
      if (!cancelled) {
        observer.onError(status.asRuntimeException());
      }
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
