package dev.varve.gateway.buildkit;

import io.grpc.StatusException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Things by the id that their client chose, which others ask for perhaps before they are there: a
 * client makes its connections and calls all at once. Any thread.
 */
final class Awaited<T> {
  private static final int PATIENCE_SECONDS = 10;

  private final String what;
  private final Map<String, CompletableFuture<T>> byId = new ConcurrentHashMap<>();

  /**
   * @param what they are, for a refusal
   */
  Awaited(String what) {
    this.what = what;
  }

  /**
   * @throws StatusException when the id is taken
   */
  void put(String id, T thing) throws StatusException {
    CompletableFuture<T> place = byId.computeIfAbsent(id, _ -> new CompletableFuture<>());
    if (!place.complete(thing)) {
      throw Faults.of("there is a " + what + " " + id + " already");
    }
  }

  void remove(String id) {
    byId.remove(id);
  }

  /** Removes it when who asks for it, at once with its client's other calls, surely has. */
  void removeLater(String id) {
    CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .execute(() -> byId.remove(id));
  }

  /**
   * Waits a while for it.
   *
   * @throws StatusException when it does not come
   */
  T get(String id) throws InterruptedException, StatusException {
    CompletableFuture<T> place = byId.computeIfAbsent(id, _ -> new CompletableFuture<>());
    try {
      return place.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      if (!place.isDone()) {
        byId.remove(id, place);
      }
      throw Faults.of("there is no " + what + " " + id);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
