package dev.varve.eventlog.adapter.memory;

import dev.varve.eventlog.EventLog;
import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An {@link EventLog} that lives as long as its object: for tests, and for trying a service without
 * a broker. {@link #close} releases readers; the records stay readable to tests that hold it.
 */
public final class InMemoryEventLog implements EventLog {
  private static final int POLL_LIMIT = 1000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<List<LogRecord>> partitions = new ArrayList<>();
  private final String identity = "memory/" + UUID.randomUUID();
  private boolean closed;

  public InMemoryEventLog() {
    this(1);
  }

  public InMemoryEventLog(int partitionCount) {
    for (int i = 0; i < partitionCount; i++) {
      partitions.add(new ArrayList<>());
    }
  }

  @Override
  public CompletableFuture<List<Position>> append(List<Proposal> batch) {
    lock.lock();
    try {
      if (closed) {
        return CompletableFuture.failedFuture(
            new LogUnavailableException("The log is closed", null));
      }
      List<Position> positions = new ArrayList<>(batch.size());
      for (Proposal proposal : batch) {
        int partition = partition(proposal.subject());
        List<LogRecord> records = partitions.get(partition);
        Position position = new Position(partition, records.size());
        records.add(new LogRecord(position, proposal));
        positions.add(position);
      }
      changed.signalAll();
      return CompletableFuture.completedFuture(List.copyOf(positions));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Reader read(Map<Integer, Long> from) {
    return new MemoryReader(from);
  }

  @Override
  public int partition(Subject subject) {
    return Math.floorMod(subject.hashCode(), partitions.size());
  }

  @Override
  public Map<Integer, Long> ends() {
    lock.lock();
    try {
      Map<Integer, Long> ends = new HashMap<>();
      for (int i = 0; i < partitions.size(); i++) {
        ends.put(i, (long) partitions.get(i).size());
      }
      return ends;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String identity() {
    return identity;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private final class MemoryReader implements Reader {
    private final long[] next = new long[partitions.size()];
    private boolean readerClosed;

    MemoryReader(Map<Integer, Long> from) {
      for (int i = 0; i < next.length; i++) {
        next[i] = from.getOrDefault(i, 0L);
      }
    }

    @Override
    public List<LogRecord> poll(Duration timeout) {
      lock.lock();
      try {
        long nanos = timeout.toNanos();
        List<LogRecord> records = take();
        while (records.isEmpty() && !readerClosed && nanos > 0) {
          nanos = changed.awaitNanos(nanos);
          records = take();
        }
        return readerClosed ? List.of() : records;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return List.of();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public Map<Integer, Long> positions() {
      Map<Integer, Long> positions = new HashMap<>();
      for (int i = 0; i < next.length; i++) {
        positions.put(i, next[i]);
      }
      return positions;
    }

    @Override
    public void close() {
      lock.lock();
      try {
        readerClosed = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    private List<LogRecord> take() {
      List<LogRecord> taken = new ArrayList<>();
      for (int i = 0; i < next.length; i++) {
        List<LogRecord> records = partitions.get(i);
        while (next[i] < records.size() && taken.size() < POLL_LIMIT) {
          taken.add(records.get((int) next[i]++));
        }
      }
      return taken;
    }
  }
}
