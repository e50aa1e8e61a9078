package dev.varve.container.adapter.conmon;

import dev.varve.container.application.Frames;
import dev.varve.container.application.StandardStreams;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** One client's view of an {@link AttachHub}: a bounded buffer that the hub fills. */
final class AttachedStreams implements StandardStreams {
  private final AttachHub hub;
  private final BufferedBytes budget;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private final Deque<Output> buffer = new ArrayDeque<>();
  private int buffered;

  /** Of the first piece. */
  private int taken;

  private long readNanos = System.nanoTime();
  private boolean ended;
  private boolean cut;
  private boolean closed;

  AttachedStreams(AttachHub hub, BufferedBytes budget) {
    this.hub = hub;
    this.budget = budget;
  }

  /** Takes output from the hub; never blocks. */
  void add(List<Output> outputs) {
    lock.lock();
    try {
      if (!closed && !cut && !outputs.isEmpty()) {
        if (buffer.isEmpty()) {
          readNanos = System.nanoTime();
        }
        buffer.addAll(outputs);
        count(outputs.stream().mapToInt(Output::length).sum());
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void count(int bytes) {
    buffered += bytes;
    budget.add(bytes);
  }

  private void drop() {
    buffer.clear();
    taken = 0;
    count(-buffered);
  }

  /** Then the hub stops reading until the client has caught up. */
  boolean isFull() {
    lock.lock();
    try {
      return budget.isEnough(buffered) && !closed && !cut;
    } finally {
      lock.unlock();
    }
  }

  /** Ends a client that is full and has not read for so long. */
  boolean cutIfStuckFor(long nanos) {
    lock.lock();
    try {
      if (budget.isEnough(buffered) && System.nanoTime() - readNanos >= nanos) {
        cut = true;
        drop();
        changed.signalAll();
      }
      return cut;
    } finally {
      lock.unlock();
    }
  }

  /** No more output will come. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean read(Frames frames) throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      while (buffer.isEmpty() && !ended && !cut && !closed) {
        changed.await();
      }
      if (cut) {
        throw new IOException("the client read too slowly and was detached");
      }
      if (buffer.isEmpty()) {
        return false;
      }
      while (!buffer.isEmpty() && !frames.isFull()) {
        Output first = buffer.getFirst();
        int length = Math.min(first.length() - taken, frames.room());
        frames.extend(first.source(), first.bytes(), taken, length);
        count(-length);
        taken += length;
        if (taken == first.length()) {
          buffer.remove();
          taken = 0;
        }
      }
      readNanos = System.nanoTime();
    } finally {
      lock.unlock();
    }
    hub.resume();
    return true;
  }

  @Override
  public void write(byte[] data, int offset, int length) throws IOException {
    hub.write(data, offset, length);
  }

  @Override
  public void closeStdin() throws IOException {
    hub.closeStdin();
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      drop();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    hub.remove(this);
  }
}
