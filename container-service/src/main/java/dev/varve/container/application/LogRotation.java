package dev.varve.container.application;

import dev.varve.container.domain.Container;
import dev.varve.container.domain.LogPolicy;
import dev.varve.eventlog.ProblemException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the logs of running containers within their bounds. One thread looks at the sizes of all
 * files: at one that does not grow as often as it takes a monitor to fill it, and at one that does
 * the sooner, the sooner it can be full. So a file becomes hardly larger than twice its bound, and
 * one of a container that writes all the time hardly larger than the bound.
 *
 * <p>What an engine that died left is taken up by the first look of the next one.
 */
public final class LogRotation implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(LogRotation.class);
  private static final long RARELY = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long OFTEN = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long SOONEST_WHEN_IDLE = TimeUnit.MILLISECONDS.toNanos(50);

  /** About what a monitor writes in a nanosecond at most. */
  private static final double FASTEST = 0.1;

  /** A monitor hears in a millisecond; one that has not by then is told again. */
  private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(500);

  private final Engine engine;
  private final LogStore store;
  private final Map<String, Look> looks = new HashMap<>();
  private final ExecutorService tidying =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("log-tidying").factory());
  private final Thread thread =
      Thread.ofPlatform().daemon().name("log-rotation").unstarted(this::run);
  private volatile boolean closed;

  /**
   * @param at and {@code due}, {@code told}: on {@link System#nanoTime}'s scale
   * @param told when the monitor was told to begin a new file, if it has not done so yet
   */
  private record Look(LogPolicy policy, Path log, long size, long at, long due, OptionalLong told) {
    Look(LogPolicy policy, Path log, long size, long at, long due) {
      this(policy, log, size, at, due, OptionalLong.empty());
    }
  }

  public LogRotation(Engine engine, LogStore store) {
    this.engine = engine;
    this.store = store;
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!closed) {
        TimeUnit.NANOSECONDS.sleep(lookAtAll());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Nanoseconds until somebody is due again. */
  private long lookAtAll() {
    long now = System.nanoTime();
    long wait = RARELY;
    Set<String> running = new HashSet<>();
    for (Container it : engine.directory().newestFirst()) {
      if (it.isRunning()) {
        running.add(it.id());
        Look look = looks.get(it.id());
        if (look == null || look.due - now <= 0) {
          look = look(it, look, now);
          looks.put(it.id(), look);
        }
        wait = Math.min(wait, look.due - now);
      }
    }
    looks.entrySet().removeIf(seen -> !running.contains(seen.getKey()) && isLeft(seen));
    return Math.max(OFTEN, wait);
  }

  /** One that has ended is left as the last rotation wants it. */
  private boolean isLeft(Map.Entry<String, Look> seen) {
    if (seen.getValue().told.isPresent()) {
      tidy(seen.getKey(), seen.getValue().log, seen.getValue().policy);
    }
    return true;
  }

  private Look look(Container it, @Nullable Look last, long now) {
    Path log = last == null ? engine.runtime().logPath(it.id()) : last.log;
    LogPolicy policy = last == null ? policy(it) : last.policy;
    if (!policy.kept()) {
      return new Look(policy, log, 0, now, now + RARELY);
    }
    try {
      long size = store.size(log);
      if (size >= policy.maxSize() && setAside(it.id(), log, policy)
          || size == 0 && store.isSetAside(log)) {
        OptionalLong told = tell(it.id(), last == null ? OptionalLong.empty() : last.told, now);
        return new Look(policy, log, 0, now, now + OFTEN, told);
      }
      if (last == null || last.told.isPresent()) {
        tidy(it.id(), log, policy);
      }
      double perNano = last == null ? 0 : (double) (size - last.size) / Math.max(1, now - last.at);
      return new Look(policy, log, size, now, now + pause(policy, size, perNano));
    } catch (NoSuchFileException e) {
      // The container is being removed.
      return new Look(policy, log, 0, now, now + RARELY);
    } catch (IOException e) {
      LOG.warnf("The log of %s is not looked after: %s", it.id(), e.getMessage());
      return new Look(policy, log, 0, now, now + RARELY);
    }
  }

  private static LogPolicy policy(Container it) {
    try {
      return LogPolicy.of(it.spec().host().log());
    } catch (ProblemException e) {
      // It runs since a time when its options were not looked at so closely.
      return LogPolicy.DEFAULT;
    }
  }

  private static long pause(LogPolicy policy, long size, double perNano) {
    return perNano > 0
        ? Math.clamp((long) ((policy.maxSize() - size) / perNano / 2), OFTEN, RARELY)
        : Math.clamp((long) (policy.maxSize() / FASTEST), SOONEST_WHEN_IDLE, RARELY);
  }

  /** False when there is no room; what is too old may make some. */
  private boolean setAside(String id, Path log, LogPolicy policy) throws NoSuchFileException {
    try {
      store.setAside(log);
      engine.steps().reach(Steps.LOG_SET_ASIDE);
      return true;
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      LOG.debugf(e, "The log of %s is not rotated now", id);
      tidy(id, log, policy);
      return false;
    }
  }

  /** Nobody waits here for a monitor, which may be stuck: the next look shows. */
  private OptionalLong tell(String id, OptionalLong told, long now) throws IOException {
    if (told.isPresent() && now - told.getAsLong() < PATIENCE) {
      return told;
    }
    if (engine.runtime().reopenLog(id)) {
      engine.steps().reach(Steps.LOG_REOPENED);
    }
    return OptionalLong.of(now);
  }

  private void tidy(String id, Path log, LogPolicy policy) {
    tidying.execute(() -> {
      try {
        store.tidy(log, policy);
      } catch (IOException e) {
        LOG.debugf(e, "The old logs of %s are not tidied now", id);
      }
    });
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    tidying.shutdownNow();
  }
}
