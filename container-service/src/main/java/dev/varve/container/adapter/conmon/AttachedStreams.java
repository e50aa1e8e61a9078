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
  /** Above this the hub stops reading until the client has caught up. */
  static final int FULL_BYTES = 2 << 20;

  private final AttachHub hub;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** A piece of output, as large as the monitor sent it. */
  record Output(Source source, byte[] data) {}

  private final Deque<Output> buffer = new ArrayDeque<>();
  private int buffered;
  private long readNanos = System.nanoTime();
  private boolean ended;
  private boolean cut;
  private boolean closed;

  AttachedStreams(AttachHub hub) {
    this.hub = hub;
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
        outputs.forEach(output -> buffered += output.data().length);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  boolean isFull() {
    lock.lock();
    try {
      return buffered >= FULL_BYTES && !closed && !cut;
    } finally {
      lock.unlock();
    }
  }

  /** Ends a client that is full and has not read for so long. */
  boolean cutIfStuckFor(long nanos) {
    lock.lock();
    try {
      if (buffered >= FULL_BYTES && System.nanoTime() - readNanos >= nanos) {
        cut = true;
        buffer.clear();
        buffered = 0;
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
    boolean drained;
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
      boolean wasFull = buffered >= FULL_BYTES;
      while (!buffer.isEmpty() && !frames.isFull()) {
        Output output = buffer.remove();
        frames.add(output.source(), output.data(), 0, output.data().length);
        buffered -= output.data().length;
      }
      readNanos = System.nanoTime();
      drained = wasFull && buffered < FULL_BYTES;
    } finally {
      lock.unlock();
    }
    if (drained) {
      hub.resume();
    }
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
      buffer.clear();
      buffered = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    hub.remove(this);
  }
}
