package dev.varve.eventlog;

import java.util.function.Function;

/**
 * Runs commands against a service's own ledger.
 *
 * <p>A decider may be called several times for one command, on newer state each time, and must be
 * pure. When a batch spans several subjects and only some of its events counted, the decider is
 * called again and sees those that did: a decider of several subjects must lead to the wanted end
 * from every such half-way state.
 */
public interface CommandRunner<S, E> {

  /**
   * Decides, appends, waits for the fold, answers. Blocks the calling thread (virtual threads
   * welcome) for about one round trip to the log.
   *
   * @throws ProblemException when the decider refused
   * @throws LogUnavailableException when the log gave no answer in time; the outcome is unknown,
   *     and the same command may be given again
   */
  <R> R run(Cause cause, Function<Ledger<S, E>, Decision<E, R>> decider);

  /**
   * Whether a command could be run now.
   *
   * @throws LogUnavailableException when the log does not answer
   */
  void requireLog();
}
