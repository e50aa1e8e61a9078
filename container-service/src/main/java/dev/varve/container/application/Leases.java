package dev.varve.container.application;

import dev.varve.container.domain.Lease;
import dev.varve.container.domain.LeaseDecider;
import dev.varve.container.domain.LeaseEvent;
import dev.varve.container.domain.Refusals;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.LogUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Leases: opened, held, and ended by their holders or, when nobody has held one for its grace, by
 * themselves. Who holds one is known in memory alone: after a start, each has its grace before it.
 *
 * <p>Lifecycle: made before the ledger starts; {@link #begin} once containers are recovered. Any
 * thread.
 */
public final class Leases {
  /** A holder is back sooner when the engine restarts. */
  public static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

  private static final Logger LOG = Logger.getLogger(Leases.class);

  private final Engine engine;
  private final Ids ids;
  private final LeaseSweep sweep;
  private final ConcurrentHashMap<String, Holders> holders = new ConcurrentHashMap<>();

  Leases(Engine engine, Ids ids, LeaseSweep sweep) {
    this.engine = engine;
    this.ids = ids;
    this.sweep = sweep;
  }

  /** How many hold a lease; the times when nobody did any more are told from each other. */
  private static final class Holders {
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private int count;
    private int left;

    synchronized void one() {
      count++;
    }

    /** Empty while somebody still holds it. */
    synchronized Optional<Integer> oneLess() {
      count--;
      return count > 0 ? Optional.empty() : Optional.of(++left);
    }

    synchronized boolean isStillNobody(int since) {
      return count == 0 && left == since;
    }

    synchronized boolean isSomebody() {
      return count > 0;
    }
  }

  /** A lease held, until it is closed. */
  public interface Hold extends AutoCloseable {
    Lease lease();

    /** Runs the action when the lease ends while it is held, whoever ends it. */
    void whenOver(Runnable action);

    @Override
    void close();
  }

  /** Graces begin, and what leases left that ended goes. */
  public void begin() {
    for (Lease it : engine.directory().leases()) {
      beginGrace(it, holders(it.id()), 0);
    }
    sweep.begin();
  }

  /** Opens one, which nobody holds yet. */
  public Lease open(Cause cause, String name, Duration grace) {
    String id = ids.next();
    var _ = engine.ledger().decide(cause, facts -> LeaseDecider.open(facts, id, name, grace));
    Lease it = find(id);
    beginGrace(it, holders(id), 0);
    return it;
  }

  private Lease find(String id) {
    return engine.facts().lease(id).orElseThrow(() -> Refusals.noSuchLease(id).asException());
  }

  /** Open ones, the oldest first. */
  public List<Lease> list() {
    return engine.directory().leases();
  }

  public boolean isHeld(String id) {
    Holders found = holders.get(id);
    return found != null && found.isSomebody();
  }

  /**
   * @throws dev.varve.eventlog.ProblemException NOT_FOUND when it is over
   */
  public Hold hold(String id) {
    Lease lease = find(id);
    Holders all = holders(id);
    all.one();
    if (engine.facts().lease(id).isEmpty()) {
      holders.remove(id);
      throw Refusals.noSuchLease(id).asException();
    }
    return new Hold() {
      @Override
      public Lease lease() {
        return lease;
      }

      @Override
      public void whenOver(Runnable action) {
        var _ = all.over.thenRun(action);
      }

      @Override
      public void close() {
        all.oneLess().ifPresent(since -> beginGrace(lease, all, since));
      }
    };
  }

  private Holders holders(String id) {
    return holders.computeIfAbsent(id, _ -> new Holders());
  }

  private void beginGrace(Lease it, Holders all, int since) {
    engine.alarm().after(it.grace(), () -> abandon(it.id(), all, since));
  }

  private void abandon(String id, Holders all, int since) {
    if (engine.facts().lease(id).isEmpty() || !all.isStillNobody(since)) {
      return;
    }
    try {
      end(Causes.own("lease-abandoned", id), id, LeaseEvent.Reason.ABANDONED);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (LogUnavailableException e) {
      LOG.warnf("lease %s is left for the next start: %s", id, e.getMessage());
    }
  }

  /** Returns when its containers and networks are gone. */
  public void end(Cause cause, String id, LeaseEvent.Reason reason) throws InterruptedException {
    var _ = engine.ledger().record(cause, facts -> LeaseDecider.end(facts, id, reason));
    engine.steps().reach(Steps.LEASE_ENDED);
    Holders last = holders.remove(id);
    if (last != null) {
      last.over.complete(null);
    }
    sweep.remove(cause, id);
  }
}
