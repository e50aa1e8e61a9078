package dev.varve.eventlog.fold;

import dev.varve.eventlog.Change;
import dev.varve.eventlog.Ledger;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Subject;
import java.time.Duration;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The ledger as one decision saw it: remembers the version of every subject looked at, so that the
 * events are proposed for just those versions, however the ledger went on meanwhile. Not
 * thread-safe; good for one call of a decider.
 */
final class DecidingView<S, E> implements Ledger<S, E> {
  private final FoldingLedger<S, E> ledger;
  private final long version;
  private final Map<Integer, Long> begin;
  private final Map<Subject, Versioned<S>> seen = new HashMap<>();
  private boolean scanned;

  DecidingView(FoldingLedger<S, E> ledger) {
    this.ledger = ledger;
    this.begin = ledger.next(); // before all that is looked at
    this.version = ledger.version();
  }

  /**
   * What the decision builds on; empty when that cannot be told, because the decider looked over
   * all live subjects, did not see this one, and the ledger has changed since.
   */
  Optional<Versioned<S>> basis(Subject subject) {
    Versioned<S> known = seen.get(subject);
    if (known != null) {
      return Optional.of(known);
    }
    Versioned<S> now = ledger.get(subject);
    return scanned && ledger.version() != version ? Optional.empty() : Optional.of(now);
  }

  /** The offset up to which the ledger had read the partition before anything was looked at. */
  long readUpTo(int partition) {
    return begin.getOrDefault(partition, 0L);
  }

  @Override
  public Versioned<S> get(Subject subject) {
    return seen.computeIfAbsent(subject, ledger::get);
  }

  @Override
  public Map<Subject, S> live() {
    return new AbstractMap<>() {
      @Override
      public @Nullable S get(Object key) {
        return key instanceof Subject subject ? state(subject).orElse(null) : null;
      }

      @Override
      public boolean containsKey(Object key) {
        return get(key) != null;
      }

      @Override
      public Set<Entry<Subject, S>> entrySet() {
        scanned = true;
        return new Scan(ledger.live().keySet());
      }
    };
  }

  @Override
  public boolean isCaughtUp() {
    return ledger.isCaughtUp();
  }

  @Override
  public Map<Integer, Long> next() {
    return ledger.next();
  }

  @Override
  public void listen(Consumer<Change<S, E>> listener) {
    throw notWhileDeciding();
  }

  @Override
  public void start(Duration timeout) {
    throw notWhileDeciding();
  }

  @Override
  public boolean awaitPassed(Position position, Duration timeout) {
    throw notWhileDeciding();
  }

  @Override
  public void close() {
    throw notWhileDeciding();
  }

  private static UnsupportedOperationException notWhileDeciding() {
    return new UnsupportedOperationException("a decider only reads");
  }

  /** Goes over the live subjects and notes the version of each one handed out. */
  private final class Scan extends AbstractSet<Map.Entry<Subject, S>> {
    private final Set<Subject> subjects;

    Scan(Set<Subject> subjects) {
      this.subjects = subjects;
    }

    @Override
    public Iterator<Map.Entry<Subject, S>> iterator() {
      Iterator<Subject> remaining = subjects.iterator();
      return new Iterator<>() {
        private Map.@Nullable Entry<Subject, S> ready;

        @Override
        public boolean hasNext() {
          while (ready == null && remaining.hasNext()) {
            Subject subject = remaining.next();
            state(subject).ifPresent(state -> ready = Map.entry(subject, state));
          }
          return ready != null;
        }

        @Override
        public Map.Entry<Subject, S> next() {
          Map.Entry<Subject, S> entry = hasNext() ? ready : null;
          if (entry == null) {
            throw new NoSuchElementException();
          }
          ready = null;
          return entry;
        }
      };
    }

    @Override
    public int size() {
      return subjects.size();
    }
  }
}
