package dev.varve.eventlog.fold;

import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Position;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Who waits for the fold to pass which position, and which of the positions passed of late were
 * void. The folding thread marks and passes; any thread waits.
 */
final class Passage {
  /**
   * Voids are asked for within moments of their append. A process that stood still for longer goes
   * on with no more than the few that are kept in any case.
   */
  private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(2);

  private static final int KEPT_IN_ANY_CASE = 1_024;
  private static final int KEPT_AT_MOST = 65_536;

  private record Waiter(Position position, CompletableFuture<Boolean> passed) {}

  private record Void(Position position, long nanos) {}

  private final Map<Integer, Long> passed = new ConcurrentHashMap<>();
  private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();
  private final Set<Position> voids = ConcurrentHashMap.newKeySet();
  private final ArrayDeque<Void> voidsByAge = new ArrayDeque<>();
  private final LongSupplier nanoTime;
  private volatile boolean closed;

  Passage() {
    this(System::nanoTime);
  }

  Passage(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void markVoid(Position position) {
    long now = nanoTime.getAsLong();
    voids.add(position);
    voidsByAge.add(new Void(position, now));
    while (voidsByAge.size() > KEPT_AT_MOST
        || voidsByAge.size() > KEPT_IN_ANY_CASE
            && now - voidsByAge.element().nanos() > KEPT_NANOS) {
      voids.remove(voidsByAge.remove().position());
    }
  }

  /**
   * @param next the offset after the last folded one, per partition
   */
  void passed(Map<Integer, Long> next) {
    passed.putAll(next);
    release();
  }

  boolean await(Position position, Duration timeout) {
    if (!isPast(position)) {
      Waiter waiter = new Waiter(position, new CompletableFuture<>());
      waiters.add(waiter);
      release(); // it may have passed, or been closed, in between
      try {
        waiter.passed().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        throw new LogUnavailableException(
            "The ledger has not passed %s within %s".formatted(position, timeout), e);
      } catch (ExecutionException e) {
        throw new LogUnavailableException("Closed before it passed " + position, e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new LogUnavailableException("Interrupted before " + position + " was passed", e);
      } finally {
        waiters.remove(waiter);
      }
    }
    return !voids.contains(position);
  }

  void close() {
    closed = true;
    release();
  }

  private void release() {
    for (Waiter waiter : waiters) {
      if (isPast(waiter.position())) {
        waiter.passed().complete(true);
      } else if (closed) {
        waiter
            .passed()
            .completeExceptionally(new LogUnavailableException("The ledger is closed", null));
      }
    }
  }

  private boolean isPast(Position position) {
    Long next = passed.get(position.partition());
    return next != null && next > position.offset();
  }
}
