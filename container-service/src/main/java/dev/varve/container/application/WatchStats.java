package dev.varve.container.application;

import dev.varve.container.domain.Container;
import dev.varve.container.domain.Container.Phase;
import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.Network;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
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

  /** Takes what is seen, on the one thread that looks: it must not be kept waiting. */
  public interface Listener {
    void seen(Frame frame);

    /** The container was removed, or the service stops: nothing follows. */
    void ended();
  }

  /** One client's look at one container, until it is closed. */
  public final class Watch implements AutoCloseable {
    private final String containerId;
    private final Listener listener;

    private Watch(String containerId, Listener listener) {
      this.containerId = containerId;
      this.listener = listener;
    }

    @Override
    public void close() {
      remove(this);
    }
  }

  /** Reads at once. */
  public Frame once(String reference) throws IOException {
    Container it = Lookup.find(directory, reference);
    try {
      return Frame.of(it, sample(it));
    } finally {
      forgetUnwatched(it.id());
    }
  }

  /** Tells the listener now, if nobody else watches anything, or at the next second. */
  public Watch watch(String reference, Listener listener) {
    Watch watch = new Watch(Lookup.find(directory, reference).id(), listener);
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
      try {
        tell(id, watching);
      } catch (RuntimeException e) {
        LOG.errorf(e, "the figures of container %s cannot be told", id);
      }
      forgetUnwatched(id);
    });
  }

  private void tell(String id, List<Watch> watching) {
    Optional<Container> container = directory.byId(id);
    if (container.isEmpty()) {
      watching.forEach(watch -> {
        remove(watch);
        watch.listener.ended();
      });
      return;
    }
    Frame frame = frame(container.get());
    watching.forEach(watch -> watch.listener.seen(frame));
  }

  /** Nobody else would close what was opened for it. */
  private void forgetUnwatched(String id) {
    if (!watches.containsKey(id)) {
      reader.forget(id);
    }
  }

  private Frame frame(Container it) {
    try {
      return Frame.of(it, sample(it));
    } catch (IOException | RuntimeException e) {
      LOG.warnf("the figures of container %s cannot be read: %s", it.id(), e);
      return Frame.of(it, Optional.empty());
    }
  }

  private Optional<Sample> sample(Container it) throws IOException {
    return it.phase() instanceof Phase.Running(int pid, long _, var _)
        ? reader.read(
            new StatsReader.Run(
                it.id(),
                pid,
                !it.spec().host().networkMode().equals(Network.HOST),
                it.spec().host().cgroupParent()))
        : Optional.empty();
  }

  @Override
  public void close() {
    clock.shutdownNow();
    watches.values().forEach(all -> all.forEach(watch -> watch.listener.ended()));
    reader.close();
  }
}
