package dev.varve.eventlog;

import java.util.List;

/** What a decider says to a command: events and an answer, an answer alone, or a refusal. */
public sealed interface Decision<E, R> {

  /** An event for a subject; its sequence is given by the runner. */
  record Draft<E>(Subject subject, E event) {}

  /**
   * Events to append, and the answer.
   *
   * @param events appended in one batch, in this order; empty when it is so already
   * @param answer returned when all of them have counted
   */
  record Accepted<E, R>(List<Draft<E>> events, R answer) implements Decision<E, R> {}

  record Rejected<E, R>(Problem problem) implements Decision<E, R> {}

  static <E, R> Decision<E, R> accept(Subject subject, E event, R answer) {
    return new Accepted<>(List.of(new Draft<>(subject, event)), answer);
  }

  static <E, R> Decision<E, R> nothing(R answer) {
    return new Accepted<>(List.of(), answer);
  }

  static <E, R> Decision<E, R> reject(Problem.Code code, String message) {
    return new Rejected<>(new Problem(code, message));
  }
}
