package dev.varve.container.application;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends of execs on their way from the machine to the log. A client's streams close when the end was
 * seen; whoever then asks for the exec waits until the end is recorded, so that the exit code is
 * never missing and the way to the log costs the client nothing.
 */
final class ExecEnds {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Endings recorded;
  private final Map<String, CompletableFuture<Void>> awaited = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Void>> onTheirWay = new ConcurrentHashMap<>();

  ExecEnds(Endings recorded) {
    this.recorded = recorded;
  }

  /** Wakes who waits for the sight, then records. */
  void seen(String execId, Runnable record) {
    CompletableFuture<Void> recording = new CompletableFuture<>();
    onTheirWay.put(execId, recording);
    CompletableFuture<Void> waiting = awaited.get(execId);
    if (waiting != null) {
      waiting.complete(null);
    }
    try {
      record.run();
    } finally {
      onTheirWay.remove(execId, recording);
      recording.complete(null);
    }
  }

  /** Returns when the end was seen, or after a while when it was not: it may go on unseen. */
  void awaitSight(String execId) throws InterruptedException {
    CompletableFuture<Void> sight = awaited.computeIfAbsent(execId, _ -> new CompletableFuture<>());
    try {
      // Looked at after it was added: an end between the two is seen by one of both.
      if (!onTheirWay.containsKey(execId)) {
        await(CompletableFuture.anyOf(sight, recorded.ofExec(execId)));
      }
    } finally {
      awaited.remove(execId, sight);
    }
  }

  /** Returns when an end that was seen is recorded, or after a while when the log is away. */
  void awaitRecord(String execId) {
    CompletableFuture<Void> recording = onTheirWay.get(execId);
    if (recording != null) {
      try {
        await(recording);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void await(CompletableFuture<?> future) throws InterruptedException {
    try {
      future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // The caller goes on with what is known.
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
