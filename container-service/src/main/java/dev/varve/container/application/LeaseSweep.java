package dev.varve.container.application;

import dev.varve.container.domain.Container;
import dev.varve.container.domain.ContainerEvent;
import dev.varve.container.domain.DomainEvent;
import dev.varve.container.domain.DomainState;
import dev.varve.container.domain.Lease;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkEvent;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Change;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Removes what was made under leases that are over. Goes by what is there: it does not matter how
 * often it is told, nor whether something was still on its way when its lease ended.
 */
final class LeaseSweep {
  private static final Logger LOG = Logger.getLogger(LeaseSweep.class);

  private final Engine engine;
  private final RemoveContainer removals;
  private final Networks networks;

  /** Leases that are over, of which a network may still be used by somebody else. */
  private final Set<String> unfinished = ConcurrentHashMap.newKeySet();

  private volatile boolean begun;

  LeaseSweep(Engine engine, RemoveContainer removals, Networks networks) {
    this.engine = engine;
    this.removals = removals;
    this.networks = networks;
    engine.ledger().listen(this::follow);
  }

  /** Takes up what an end, or a crash, left. */
  void begin() {
    begun = true;
    Set<String> leases = new TreeSet<>();
    engine.ownContainers().forEach(it -> Lease.of(it.spec().labels()).ifPresent(leases::add));
    engine
        .directory()
        .networks()
        .forEach(it -> Lease.of(it.spec().labels()).ifPresent(leases::add));
    leases.forEach(this::later);
  }

  private void follow(Change<DomainState, DomainEvent> change) {
    if (!begun) {
      return;
    }
    DomainEvent event = change.event().data();
    if (event instanceof ContainerEvent.Created made) {
      laterUnder(made.spec().labels());
    } else if (event instanceof NetworkEvent.NetworkCreated made) {
      laterUnder(made.spec().labels());
    } else if (event instanceof ContainerEvent.Removed
        || event instanceof ContainerEvent.NetworkDisconnected) {
      unfinished.forEach(this::later);
    }
  }

  private void laterUnder(Map<String, String> labels) {
    Lease.of(labels).ifPresent(this::later);
  }

  private void later(String id) {
    Thread.startVirtualThread(() -> {
      try {
        if (engine.facts().lease(id).isEmpty()) {
          remove(Causes.own("lease-over", id), id);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (LogUnavailableException e) {
        LOG.warnf("what lease %s left stays until the next start: %s", id, e.getMessage());
      }
    });
  }

  /** Returns when the containers and networks of a lease that is over are gone. */
  void remove(Cause cause, String id) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (Container it : engine.ownContainers()) {
      if (isUnder(id, it.spec().labels())) {
        threads.add(Thread.startVirtualThread(() -> remove(cause, it)));
      }
    }
    for (Thread thread : threads) {
      thread.join();
    }
    // Noted before it is tried: the last user may leave in between.
    unfinished.add(id);
    boolean all = true;
    for (Network it : engine.directory().networks()) {
      if (isUnder(id, it.spec().labels())) {
        all &= remove(cause, it);
      }
    }
    if (all) {
      unfinished.remove(id);
    }
  }

  private static boolean isUnder(String id, Map<String, String> labels) {
    return Lease.of(labels).filter(id::equals).isPresent();
  }

  private void remove(Cause cause, Container it) {
    try {
      removals.remove(cause, it.id(), true, true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ProblemException e) {
      if (e.problem().code() != Problem.Code.NOT_FOUND) {
        LOG.warnf("container %s of a lease stays: %s", it.id(), e.problem().message());
      }
    } catch (RuntimeException e) {
      LOG.warnf(e, "container %s of a lease stays", it.id());
    }
  }

  private boolean remove(Cause cause, Network it) {
    try {
      networks.remove(cause, it.id());
      return true;
    } catch (ProblemException e) {
      boolean gone = e.problem().code() == Problem.Code.NOT_FOUND;
      if (!gone) {
        LOG.infof("network %s of a lease stays: %s", it.name(), e.problem().message());
      }
      return gone;
    }
  }
}
