package dev.varve.container.adapter.network;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps some namespaces ready. One background thread refills; a caller that finds the pool empty
 * makes its own, so a burst costs each of its callers no more than a namespace does.
 */
final class NamespacePool<N> implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(NamespacePool.class);

  /** Where namespaces come from, and where those go that nobody took. */
  interface Source<N> {
    N make() throws IOException;

    void discard(N namespace) throws IOException;
  }

  private final Source<N> source;
  private final int target;
  private final Deque<N> ready = new ArrayDeque<>();
  private final ExecutorService refiller =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("netns-pool").daemon().factory());
  private boolean refilling;
  private boolean closed;

  /**
   * @param target how many to keep ready
   */
  NamespacePool(Source<N> source, int target) {
    this.source = source;
    this.target = target;
  }

  /** Takes a ready one, or makes one. */
  N take() throws IOException {
    @Nullable N namespace;
    synchronized (this) {
      namespace = ready.poll();
    }
    if (namespace == null) {
      namespace = source.make();
    }
    refill();
    return namespace;
  }

  /** Fills the pool in the background; called again and again, works once. */
  synchronized void refill() {
    if (!refilling && !closed && ready.size() < target) {
      refilling = true;
      refiller.execute(this::refillNow);
    }
  }

  private void refillNow() {
    while (needsMore()) {
      try {
        N namespace = source.make();
        synchronized (this) {
          ready.add(namespace);
        }
      } catch (IOException | RuntimeException e) {
        LOG.warn("cannot prepare a network namespace; the next start tries again", e);
        synchronized (this) {
          refilling = false;
        }
        return;
      }
    }
  }

  private synchronized boolean needsMore() {
    boolean more = !closed && ready.size() < target;
    refilling = more;
    return more;
  }

  /** Deletes what is ready and stops. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    refiller.close();
    for (N namespace = ready.poll(); namespace != null; namespace = ready.poll()) {
      try {
        source.discard(namespace);
      } catch (IOException e) {
        LOG.debugf(e, "deleting %s", namespace);
      }
    }
  }
}
