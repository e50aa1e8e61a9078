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

  /**
   * Whether the event ends a subject for good: it leaves no state, the subject's id is never given
   * again, and who knows of the end proposes no more for it. Only then can readers forget the
   * subject's sequence after a while.
   */
  default boolean isLast(E event) {
    return false;
  }
}
