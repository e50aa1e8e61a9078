package dev.varve.eventlog.adapter.postgres;

import dev.varve.eventlog.Position;
import dev.varve.eventlog.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was when: every state that every subject of a topic ever had. It follows the log by some
 * milliseconds, and by more while PostgreSQL is away.
 *
 * <p>All methods may be called from any thread; each takes a connection of its own.
 */
public interface SubjectHistory<S> {

  /**
   * One counted event and the state it left.
   *
   * @param state null when the event closed the subject
   */
  record Layer<S>(
      Subject subject,
      long sequence,
      String eventId,
      String eventType,
      Instant time,
      String actor,
      String causationId,
      String correlationId,
      String node,
      Position position,
      @Nullable S state) {}

  /**
   * The subject's state at a moment, by the times that the events' writers gave them; empty before
   * it was opened and after it was closed.
   *
   * @throws HistoryUnavailableException when PostgreSQL does not answer
   */
  Optional<S> at(Subject subject, Instant time);

  /** The subject's state when the log had the offsets up to and with {@code position}. */
  Optional<S> at(Subject subject, Position position);

  /** All subjects of a type that were open at a moment. */
  Map<Subject, S> allAt(String subjectType, Instant time);

  /** All subjects of a type and of one partition that were open at an offset. */
  Map<Subject, S> allAt(String subjectType, Position position);

  /** All layers of a subject, oldest first. */
  List<Layer<S>> layers(Subject subject);
}
