package dev.varve.eventlog.fold;

import dev.varve.eventlog.Change;
import dev.varve.eventlog.Event;
import dev.varve.eventlog.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record that the admission rule let count, also when it could not be folded (a type of a newer
 * version, bytes that are not of their type, an evolution that failed): then {@code event} is null
 * and the state stayed as it was.
 *
 * @param opened the offset at which the subject's sequence began with 1
 */
public record Counted<S, E>(
    LogRecord record,
    @Nullable Event<E> event,
    @Nullable S before,
    @Nullable S after,
    long opened) {

  /** Null when the record was not folded. */
  public @Nullable Change<S, E> change() {
    return event == null ? null : new Change<>(event, before, after);
  }
}
