package dev.varve.eventlog.fold;

import dev.varve.eventlog.Event;
import dev.varve.eventlog.EventCodec;
import dev.varve.eventlog.Evolution;
import dev.varve.eventlog.Ledger.Versioned;
import dev.varve.eventlog.LogRecord;
import dev.varve.eventlog.Position;
import dev.varve.eventlog.Proposal;
import dev.varve.eventlog.Subject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The admission rule applied to a sequence of records: a pure function of that sequence, computed
 * step by step.
 *
 * <p>A record counts if and only if
 *
 * <ul>
 *   <li>it came within {@link #HOLDS} records of what its decider had seen,
 *   <li>its sequence is one more than the last counted one of its subject, and
 *   <li>it continues the decision that was counted last, if its id says that it continues one (see
 *       {@link EventIds}); if it does not, its decider had seen the event with which that sequence
 *       began.
 * </ul>
 *
 * <p>All others are void. The sequence of a subject that an event closed is remembered for as many
 * records; then the subject is as if it had never been, and may begin with 1 again. By then nothing
 * holds that was decided without knowing of the end.
 *
 * <p>One thread applies; any thread reads, without a lock.
 */
public final class Fold<S, E> implements Checkpoint.Sink<S> {
  /**
   * For how many records of its partition a proposal holds after what its decider saw. Part of the
   * admission rule: another number would give other verdicts.
   */
  public static final long HOLDS = 65_536;

  private static final Logger LOG = Logger.getLogger(Fold.class);

  /** A live subject, with what is remembered of its last counted event. */
  record Known<S>(Versioned<S> versioned, ClosedSubjects.Last last) {}

  private final EventCodec<E> codec;
  private final Evolution<S, E> evolution;
  private final ConcurrentHashMap<Subject, Known<S>> live = new ConcurrentHashMap<>();
  private final AtomicLong version = new AtomicLong();
  private final long holds;
  private volatile ClosedSubjects closed;

  public Fold(EventCodec<E> codec, Evolution<S, E> evolution) {
    this(codec, evolution, HOLDS);
  }

  Fold(EventCodec<E> codec, Evolution<S, E> evolution, long holds) {
    this.codec = codec;
    this.evolution = evolution;
    this.holds = holds;
    this.closed = new ClosedSubjects(holds);
  }

  /** Takes the next record; null when it is void. */
  public @Nullable Counted<S, E> apply(LogRecord record) {
    Proposal proposal = record.proposal();
    closed.reached(record.position());
    if (proposal.seen() != Proposal.UNTOLD
        && record.position().offset() - proposal.seen() > holds) {
      return null;
    }
    Subject subject = proposal.subject();
    Known<S> known = live.get(subject);
    ClosedSubjects.Last last = known == null ? closed.get(subject) : known.last();
    if (proposal.sequence() != (last == null ? 1 : last.sequence() + 1)) {
      return null;
    }
    String predecessor = EventIds.predecessor(proposal.id());
    if (predecessor != null) {
      if (last == null || last.mark() != EventIds.mark(predecessor)) {
        return null;
      }
    } else if (last != null
        && proposal.seen() != Proposal.UNTOLD
        && proposal.seen() <= last.opened()) {
      return null;
    }
    S before = known == null ? null : known.versioned().state().orElse(null);
    Event<E> event = decode(record);
    S after = before;
    if (event != null) {
      try {
        after = evolution.evolve(before, event);
      } catch (RuntimeException | StackOverflowError e) {
        LOG.errorf(e, "%s: its fold failed; its state stays as it was", describe(record));
        event = null;
      }
    }
    if (proposal.last()) {
      after = null; // also for a reader that does not know its type
    }
    long opened = last == null ? record.position().offset() : last.opened();
    set(
        subject,
        new ClosedSubjects.Last(
            proposal.sequence(),
            EventIds.mark(proposal.id()),
            ChronoUnit.MICROS.between(Instant.EPOCH, proposal.time()),
            opened),
        after,
        proposal.last() ? record.position() : null);
    version.lazySet(version.get() + 1);
    return new Counted<>(record, event, before, after, opened);
  }

  @Override
  public void restore(Subject subject, Checkpoint.LastEvent last, @Nullable S state) {
    set(
        subject,
        new ClosedSubjects.Last(
            last.sequence(),
            EventIds.mark(last.eventId()),
            ChronoUnit.MICROS.between(Instant.EPOCH, last.time()),
            last.opened()),
        state,
        last.closed());
  }

  @Override
  public void reset() {
    live.clear();
    closed = new ClosedSubjects(holds);
  }

  /** The state after an event; the state as it was when its fold fails. */
  @Nullable S evolve(@Nullable S state, Event<E> event) {
    try {
      return evolution.evolve(state, event);
    } catch (RuntimeException | StackOverflowError e) {
      return state;
    }
  }

  public Versioned<S> get(Subject subject) {
    Known<S> known = live.get(subject);
    if (known != null) {
      return known.versioned();
    }
    ClosedSubjects.Last last = closed.get(subject);
    return new Versioned<>(last == null ? 0 : last.sequence(), Optional.empty());
  }

  /** The time of the subject's last counted event, or the earliest there is. */
  Instant lastTime(Subject subject) {
    Known<S> known = live.get(subject);
    ClosedSubjects.Last last = known == null ? closed.get(subject) : known.last();
    return last == null ? Instant.MIN : Instant.EPOCH.plus(last.micros(), ChronoUnit.MICROS);
  }

  /** How many records have counted here; grows with each, after its effect can be read. */
  long version() {
    return version.get();
  }

  public Map<Subject, S> live() {
    return new LiveView<>(live);
  }

  private void set(
      Subject subject, ClosedSubjects.Last last, @Nullable S state, @Nullable Position closing) {
    if (state != null) {
      live.put(subject, new Known<>(new Versioned<>(last.sequence(), Optional.of(state)), last));
    } else {
      closed.put(subject, last, closing); // first: a reader looks among the live before
      live.remove(subject);
    }
  }

  private @Nullable Event<E> decode(LogRecord record) {
    Proposal proposal = record.proposal();
    try {
      E data = codec.decode(proposal.type(), proposal.data());
      if (data == null) {
        // not of interest to this reader, or written by a newer version
        LOG.debugf("%s: unknown type; counted, not folded", describe(record));
        return null;
      }
      return new Event<>(
          proposal.id(),
          proposal.subject(),
          proposal.sequence(),
          proposal.time(),
          proposal.cause(),
          proposal.node(),
          record.position(),
          data);
    } catch (RuntimeException e) {
      LOG.errorf(e, "%s: not readable; counted, not folded", describe(record));
      return null;
    }
  }

  private static String describe(LogRecord record) {
    Proposal proposal = record.proposal();
    return "Event %s of %s, type %s, at %s"
        .formatted(proposal.id(), proposal.subject(), proposal.type(), record.position());
  }
}
