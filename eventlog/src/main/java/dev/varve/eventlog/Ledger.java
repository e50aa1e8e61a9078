package dev.varve.eventlog;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The fold of one topic, kept current by a reader thread of its own: for every live subject its
 * state and the sequence of its last counted event.
 *
 * <p><b>Admission rule.</b> An event counts if and only if its sequence is exactly one more than
 * the last counted event of its subject and it did not come too late after what its decider had
 * seen; otherwise it is void and ignored. A subject whose state became null is forgotten but for
 * its sequence, so that a life after it (a name claimed again) goes on counting and a late event of
 * the earlier life stays void; and altogether once no event of the earlier life can count any more.
 *
 * <p>A service has a ledger of its own topic and may have ledgers of other topics, with a state of
 * its own making, to react to them.
 *
 * <p><b>Threads.</b> Reads never block and never take a lock; they may be called from any thread
 * and see all changes up to some position. Listeners run on the reader thread, in order, before
 * {@link #awaitPassed} returns for that position: they must be quick and must not wait for this
 * ledger.
 */
public interface Ledger<S, E> extends AutoCloseable {

  /** A subject's state with the sequence that a next event has to exceed by one. */
  record Versioned<S>(long sequence, Optional<S> state) {}

  /** Sequence 0 and no state for a subject that never was. */
  Versioned<S> get(Subject subject);

  default Optional<S> state(Subject subject) {
    return get(subject).state();
  }

  /** The live subjects: an unmodifiable, weakly consistent view. */
  Map<Subject, S> live();

  /**
   * Registers a listener for each counted change from now on. Registered before {@link #start}, it
   * sees all changes after the checkpoint, those of catch-up included.
   */
  void listen(Consumer<Change<S, E>> listener);

  /**
   * Loads the checkpoint, if there is one, folds up to the present end of the log and returns; then
   * keeps folding on the reader thread until closed.
   *
   * @throws LogUnavailableException when the log cannot be read within the given time
   */
  void start(Duration timeout);

  /** True once {@link #start} has reached the end that the log had when it began. */
  boolean isCaughtUp();

  /**
   * Waits until the fold has passed the position.
   *
   * @return true when the event there counted, false when it was void
   * @throws LogUnavailableException after the timeout
   */
  boolean awaitPassed(Position position, Duration timeout);

  /** The next offset to be folded of each partition. */
  Map<Integer, Long> next();

  @Override
  void close();
}
