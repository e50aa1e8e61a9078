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
 * <p>A record counts if and only if it came within {@link #HOLDS} records of what its decider had
 * seen, its sequence is one more than the last counted one of its subject and, where its id says
 * that it continues another event of the same decision (see {@link EventIds}), that one was counted
 * last. All others are void. What ended its subject for good is remembered for as many records, and
 * then the subject is as if it never was.
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

  /**
   * @param mark of the last counted event's id
   * @param micros its time, since the epoch
   */
  record Known<S>(Versioned<S> versioned, long mark, long micros) {}

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
    ClosedSubjects.Last last = known == null ? closed.get(subject) : null;
    long sequence =
        known != null ? known.versioned().sequence() : last != null ? last.sequence() : 0;
    if (proposal.sequence() != sequence + 1) {
      return null;
    }
    String predecessor = EventIds.predecessor(proposal.id());
    if (predecessor != null) {
      long mark = known != null ? known.mark() : last != null ? last.mark() : 0;
      if (mark != EventIds.mark(predecessor)) {
        return null;
      }
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
    set(
        subject,
        proposal.sequence(),
        EventIds.mark(proposal.id()),
        ChronoUnit.MICROS.between(Instant.EPOCH, proposal.time()),
        after,
        proposal.last() ? record.position() : null);
    version.lazySet(version.get() + 1);
    return new Counted<>(record, event, before, after);
  }

  @Override
  public void restore(
      Subject subject,
      long sequence,
      String lastEventId,
      Instant lastTime,
      @Nullable S state,
      @Nullable Position end) {
    set(
        subject,
        sequence,
        EventIds.mark(lastEventId),
        ChronoUnit.MICROS.between(Instant.EPOCH, lastTime),
        state,
        end);
  }

  @Override
  public void reset() {
    live.clear();
    closed = new ClosedSubjects(holds);
  }

  boolean isLast(E event) {
    return evolution.isLast(event);
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
    ClosedSubjects.Last last = known == null ? closed.get(subject) : null;
    if (known == null && last == null) {
      return Instant.MIN;
    }
    return Instant.EPOCH.plus(
        known != null ? known.micros() : last == null ? 0 : last.micros(), ChronoUnit.MICROS);
  }

  /** How many records have counted here; grows with each, after its effect can be read. */
  long version() {
    return version.get();
  }

  public Map<Subject, S> live() {
    return new LiveView<>(live);
  }

  private void set(
      Subject subject,
      long sequence,
      long mark,
      long micros,
      @Nullable S state,
      @Nullable Position end) {
    if (state != null) {
      live.put(subject, new Known<>(new Versioned<>(sequence, Optional.of(state)), mark, micros));
    } else {
      closed.put(
          subject, sequence, mark, micros, end); // first: a reader looks among the live before
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
