package dev.varve.container.application;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One lane per container or exec: effects on it happen one after the other, so that a start never
 * meets the cleaning up after the run before. Reads take no lane.
 */
public final class Lanes {
  private static final class Lane {
    final ReentrantLock lock = new ReentrantLock(true);
    int users;
  }

  private final ConcurrentHashMap<String, Lane> lanes = new ConcurrentHashMap<>();

  /** Something to do in a lane. */
  @FunctionalInterface
  public interface Work<R, X extends Exception> {
    R run() throws X;
  }

  /** The same without an answer. */
  @FunctionalInterface
  public interface Task<X extends Exception> {
    void run() throws X;
  }

  /** Waits for the lane, runs, gives it back. Reentrant. */
  public <X extends Exception> void within(String id, Task<X> task) throws X {
    Lane lane = enter(id);
    try {
      task.run();
    } finally {
      leave(id, lane);
    }
  }

  /** Waits for the lane, runs, gives it back. Reentrant. */
  public <R, X extends Exception> R in(String id, Work<R, X> work) throws X {
    Lane lane = enter(id);
    try {
      return work.run();
    } finally {
      leave(id, lane);
    }
  }

  private Lane enter(String id) {
    Lane lane =
        lanes.compute(
            id,
            (_, present) -> {
              Lane it = present == null ? new Lane() : present;
              it.users++;
              return it;
            });
    if (lane == null) {
      throw new IllegalStateException("no lane for " + id);
    }
    lane.lock.lock();
    return lane;
  }

  private void leave(String id, Lane lane) {
    lane.lock.unlock();
    lanes.compute(id, (_, it) -> it == null || --it.users == 0 ? null : it);
  }
}
