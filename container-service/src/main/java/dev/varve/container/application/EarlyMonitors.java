package dev.varve.container.application;

import dev.varve.container.application.ContainerRuntime.PreparedExec;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * What execs created a moment ago need to run, got ready while their creation is on its way to the
 * log: most are started at once. One that is not is let go again; nothing of it ran.
 */
final class EarlyMonitors {
  /** Each is a waiting process; whoever creates more at a time waits at their start instead. */
  private static final int MOST = 8;

  private static final Duration KEPT = Duration.ofSeconds(3);
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(KEPT.toSeconds(), TimeUnit.SECONDS);

  private final Map<String, FutureTask<PreparedExec>> waiting = new ConcurrentHashMap<>();

  void begin(String execId, Callable<PreparedExec> preparation) {
    if (waiting.size() < MOST) {
      waiting.put(execId, Effects.begin(preparation));
      LATER.execute(() -> drop(execId));
    }
  }

  /** It is the caller's from now on. */
  Optional<FutureTask<PreparedExec>> take(String execId) {
    return Optional.ofNullable(waiting.remove(execId));
  }

  void drop(String execId) {
    take(execId)
        .ifPresent(prepared -> Effects.beginCleaning("exec " + execId, () -> abandon(prepared)));
  }

  static void abandon(FutureTask<PreparedExec> prepared) throws IOException {
    try {
      Effects.join(prepared).close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
