package dev.varve.snapshot.application;

import dev.varve.snapshot.domain.Container;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * How much each container of this node has changed, measured before somebody asks: who asks gets
 * what is known, and waits for no more than a moment.
 *
 * <p>The changes of a container that does not run are measured once after its run. Those of one
 * that runs are measured when somebody asks, with {@link #REST} times as long between two
 * measurements as one takes: small ones are always new, large ones cost no more than their share.
 *
 * <p>Any thread. Closed by its owner.
 */
public final class RootSizes implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(RootSizes.class);
  private static final int REST = 10;
  private static final int THREADS = 2;

  /** Most containers that end are removed right behind it, and need no measuring. */
  private static final Duration AFTER_RUN = Duration.ofSeconds(2);

  /**
   * @param history events of the container that had counted when measuring began
   * @param end on {@link System#nanoTime}'s scale
   */
  private record Measured(Snapshotter.Usage usage, long history, long begin, long end) {
    boolean isRested(long now) {
      return now - end > REST * (end - begin);
    }
  }

  private final Facts facts;
  private final Snapshotter snapshotter;
  private final Map<String, Measured> known = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();
  private final ScheduledExecutorService disk =
      Executors.newScheduledThreadPool(
          THREADS, Thread.ofPlatform().daemon().name("snapshot-sizes-", 0).factory());

  public RootSizes(Facts facts, Snapshotter snapshotter) {
    this.facts = facts;
    this.snapshotter = snapshotter;
  }

  /** The container's run is over: what it changed stays so. */
  void afterRun(String containerId) {
    var _ =
        disk.schedule(
            () -> {
              if (facts.container(containerId).isPresent() && isOutdated(containerId)) {
                var _ = begin(containerId);
              }
            },
            AFTER_RUN.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** Measures all that were not, behind the caller. */
  public void measureAll() {
    facts.containers().stream().map(Container::id).filter(this::isOutdated).forEach(this::begin);
  }

  /**
   * What is known of a container's changes after waiting so long for what is outdated; empty when
   * it was never measured.
   */
  Optional<Snapshotter.Usage> of(String containerId, Duration patience) {
    refresh(List.of(containerId), patience);
    return last(containerId);
  }

  /** The same for many, with the patience for all of them together. */
  void refresh(Collection<String> containerIds, Duration patience) {
    List<CompletableFuture<Void>> measuring =
        containerIds.stream().filter(this::isOutdated).map(this::begin).toList();
    if (!measuring.isEmpty()) {
      var _ =
          CompletableFuture.allOf(measuring.toArray(CompletableFuture<?>[]::new))
              .completeOnTimeout(null, patience.toNanos(), TimeUnit.NANOSECONDS)
              .exceptionally(_ -> null)
              .join();
    }
  }

  /** As last measured. */
  Optional<Snapshotter.Usage> last(String containerId) {
    return Optional.ofNullable(known.get(containerId)).map(Measured::usage);
  }

  /** Something other than the container's run has changed it. */
  void changed(String containerId) {
    known.remove(containerId);
  }

  /** Forgets all but these. */
  void retain(Collection<String> containerIds) {
    known.keySet().retainAll(containerIds);
  }

  private boolean isOutdated(String containerId) {
    Measured last = known.get(containerId);
    if (last == null) {
      return true;
    }
    return facts.history(containerId) != last.history
        || (facts.container(containerId).filter(Container::running).isPresent()
            && last.isRested(System.nanoTime()));
  }

  private CompletableFuture<Void> begin(String containerId) {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> others = underWay.putIfAbsent(containerId, mine);
    if (others != null) {
      return others;
    }
    disk.execute(() -> measure(containerId, mine));
    return mine;
  }

  private void measure(String containerId, CompletableFuture<Void> done) {
    try {
      long history = facts.history(containerId);
      long begin = System.nanoTime();
      Snapshotter.Usage usage = snapshotter.usage(containerId);
      known.put(containerId, new Measured(usage, history, begin, System.nanoTime()));
    } catch (IOException | RuntimeException e) {
      LOG.debugf("the changes of %s were not measured: %s", containerId, e);
    } finally {
      underWay.remove(containerId);
      done.complete(null);
    }
  }

  @Override
  public void close() {
    disk.shutdownNow();
  }
}
