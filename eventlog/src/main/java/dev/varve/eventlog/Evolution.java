package dev.varve.eventlog;

import org.jspecify.annotations.Nullable;

/**
 * The fold of one subject: a pure function, with no clock, random number or I/O, so that any reader
 * computes the same state from the same prefix.
 */
@FunctionalInterface
public interface Evolution<S, E> {
  /**
   * The state after the event.
   *
   * @param state null before the subject's first event and after it was closed
   * @return null when the event closes the subject
   */
  @Nullable S evolve(@Nullable S state, Event<E> event);
}
