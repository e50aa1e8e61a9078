package dev.varve.snapshot.application;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * How much volumes hold, measured when somebody asks, who waits for it no longer than a moment.
 * Between two measurements of one lies {@link #REST} times as long as one takes. Any thread.
 */
final class VolumeSizes {
  private static final Logger LOG = Logger.getLogger(VolumeSizes.class);
  private static final int REST = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private record Measured(long bytes, long begin, long end) {
    boolean isOld(long now) {
      return now - end > REST * (end - begin);
    }
  }

  private final VolumeFiles files;
  private final Executor threads;
  private final Map<String, Measured> known = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();

  VolumeSizes(VolumeFiles files, Executor threads) {
    this.files = files;
    this.threads = threads;
  }

  void refresh(Collection<String> names) {
    long now = System.nanoTime();
    List<CompletableFuture<Void>> measuring =
        names.stream()
            .filter(name -> !known.containsKey(name) || known.get(name).isOld(now))
            .map(this::begin)
            .toList();
    var _ =
        CompletableFuture.allOf(measuring.toArray(CompletableFuture<?>[]::new))
            .completeOnTimeout(null, PATIENCE.toNanos(), TimeUnit.NANOSECONDS)
            .exceptionally(_ -> null)
            .join();
  }

  /** As last measured. */
  OptionalLong last(String name) {
    Measured last = known.get(name);
    return last == null ? OptionalLong.empty() : OptionalLong.of(last.bytes);
  }

  void forget(String name) {
    known.remove(name);
  }

  private CompletableFuture<Void> begin(String name) {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> others = underWay.putIfAbsent(name, mine);
    if (others != null) {
      return others;
    }
    threads.execute(() -> measure(name, mine));
    return mine;
  }

  private void measure(String name, CompletableFuture<Void> done) {
    try {
      long begin = System.nanoTime();
      long bytes = files.size(name);
      known.put(name, new Measured(bytes, begin, System.nanoTime()));
    } catch (IOException | RuntimeException e) {
      LOG.debugf("volume %s was not measured: %s", name, e);
    } finally {
      underWay.remove(name);
      done.complete(null);
    }
  }
}
