package dev.varve.container.adapter.network;

import dev.varve.linux.Errno;
import dev.varve.linux.SystemCallException;
import dev.varve.linux.net.Ipv4;
import dev.varve.linux.net.NetworkKernel;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps some namespaces ready. One background thread refills; a caller that finds the pool empty
 * makes its own, so a burst costs each of its callers no more than a namespace does.
 */
final class NamespacePool implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(NamespacePool.class);
  // A link that is being torn down blocks its address for some milliseconds; the next is free.
  private static final int TRIES = 64;

  private final NetworkKernel kernel;
  private final BridgedNamespace.Bridge bridge;
  private final AddressBook addresses;
  private final int target;
  private final Deque<BridgedNamespace> ready = new ArrayDeque<>();
  private final ExecutorService refiller =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("netns-pool").daemon().factory());
  private boolean refilling;
  private boolean closed;

  /**
   * @param target how many to keep ready
   */
  NamespacePool(
      NetworkKernel kernel, BridgedNamespace.Bridge bridge, AddressBook addresses, int target) {
    this.kernel = kernel;
    this.bridge = bridge;
    this.addresses = addresses;
    this.target = target;
  }

  /** Takes a ready one, or makes one. */
  BridgedNamespace take() throws IOException {
    @Nullable BridgedNamespace namespace;
    synchronized (this) {
      namespace = ready.poll();
    }
    if (namespace == null) {
      namespace = create();
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
        BridgedNamespace namespace = create();
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

  private BridgedNamespace create() throws IOException {
    for (int tries = 1; ; tries++) {
      Optional<Ipv4> taken = addresses.take();
      if (taken.isEmpty()) {
        throw new IOException("no available IPv4 addresses on this network's address pools");
      }
      Ipv4 address = taken.get();
      try {
        return BridgedNamespace.create(kernel, bridge, address);
      } catch (SystemCallException e) {
        addresses.free(address.address());
        if (e.errno() != Errno.EEXIST || tries == TRIES) {
          throw e;
        }
      } catch (IOException | RuntimeException e) {
        addresses.free(address.address());
        throw e;
      }
    }
  }

  /** Deletes what is ready and stops. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    refiller.close();
    for (BridgedNamespace namespace = ready.poll(); namespace != null; namespace = ready.poll()) {
      try {
        kernel.deleteNamespace(namespace.pin());
      } catch (IOException e) {
        LOG.debugf(e, "deleting %s", namespace.pin());
      }
    }
  }
}
