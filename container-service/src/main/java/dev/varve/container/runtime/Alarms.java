package dev.varve.container.runtime;

import dev.varve.container.application.Alarm;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** {@link Alarm} by the monotonic clock; what has not rung when this is closed never does. */
final class Alarms implements Alarm, AutoCloseable {
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("container-alarms").factory());

  @Override
  public void after(Duration delay, Runnable task) {
    try {
      var _ =
          clock.schedule(
              () -> Thread.startVirtualThread(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // The engine ends; what shall be done is taken up by the next.
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
