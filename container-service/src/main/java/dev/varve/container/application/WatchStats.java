package dev.varve.container.application;

import dev.varve.container.domain.Container;
import dev.varve.container.domain.Container.Phase;
import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.Network;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * {@code docker stats}. One thread reads each watched container once a second, however many watch
 * it, and nothing while nobody does.
 */
public final class WatchStats implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(WatchStats.class);
  private static final long PERIOD_MILLIS = 1000;

  /** Frames that a slow client may be behind; then it misses some. */
  private static final int MOST_BEHIND = 2;

  private final ContainerDirectory directory;
  private final StatsReader reader;
  private final Map<String, List<Watch>> watches = new ConcurrentHashMap<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("container-stats").factory());
  private @Nullable ScheduledFuture<?> ticking;

  public WatchStats(ContainerDirectory directory, StatsReader reader) {
    this.directory = directory;
    this.reader = reader;
  }

  /**
   * A container at a moment.
   *
   * @param name without the leading slash
   * @param sample empty while it does not run
   */
  public record Frame(String containerId, String name, Optional<Sample> sample) {
    static Frame of(Container it, Optional<Sample> sample) {
      return new Frame(it.id(), it.name(), sample);
    }
  }

  /** One client's look at one container; to be closed. */
  public final class Watch implements AutoCloseable {
    private final String containerId;
    private final BlockingQueue<Optional<Frame>> frames = new LinkedBlockingQueue<>(MOST_BEHIND);

    private Watch(String containerId) {
      this.containerId = containerId;
    }

    /** Waits for the next second; null when the container was removed, or the watch closed. */
    public @Nullable Frame next() throws InterruptedException {
      return frames.take().orElse(null);
    }

    private void offer(Optional<Frame> frame) {
      while (!frames.offer(frame)) {
        frames.poll();
      }
    }

    @Override
    public void close() {
      offer(Optional.empty());
      remove(this);
    }
  }

  /** Reads at once. */
  public Frame once(String reference) throws IOException {
    Container it = Lookup.find(directory, reference);
    boolean watched = watches.containsKey(it.id());
    try {
      return Frame.of(it, sample(it));
    } finally {
      if (!watched) {
        reader.forget(it.id());
      }
    }
  }

  public Watch watch(String reference) {
    Watch watch = new Watch(Lookup.find(directory, reference).id());
    add(watch);
    return watch;
  }

  private synchronized void add(Watch watch) {
    watches.computeIfAbsent(watch.containerId, _ -> new CopyOnWriteArrayList<>()).add(watch);
    if (ticking == null) {
      ticking = clock.scheduleAtFixedRate(this::tick, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private synchronized void remove(Watch watch) {
    List<Watch> left = watches.get(watch.containerId);
    if (left != null && left.remove(watch) && left.isEmpty()) {
      watches.remove(watch.containerId);
      reader.forget(watch.containerId);
    }
    if (watches.isEmpty() && ticking != null) {
      ticking.cancel(false);
      ticking = null;
    }
  }

  private void tick() {
    watches.forEach((id, watching) -> {
      Optional<Frame> frame = frame(id);
      watching.forEach(watch -> watch.offer(frame));
      if (!watches.containsKey(id)) {
        // Nobody is left who would close what was opened just now.
        reader.forget(id);
      }
    });
  }

  /** Empty when the container was removed. */
  private Optional<Frame> frame(String id) {
    return directory
        .byId(id)
        .map(it -> {
          try {
            return Frame.of(it, sample(it));
          } catch (IOException | RuntimeException e) {
            LOG.warnf("the figures of container %s cannot be read: %s", id, e);
            return Frame.of(it, Optional.empty());
          }
        });
  }

  private Optional<Sample> sample(Container it) throws IOException {
    return it.phase() instanceof Phase.Running(int pid, long _, var _)
        ? reader.read(
            new StatsReader.Run(it.id(), pid, !it.spec().host().networkMode().equals(Network.HOST)))
        : Optional.empty();
  }

  @Override
  public void close() {
    clock.shutdownNow();
    watches.values().forEach(all -> all.forEach(watch -> watch.offer(Optional.empty())));
    reader.close();
  }
}
