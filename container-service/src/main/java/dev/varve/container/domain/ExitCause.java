package dev.varve.container.domain;

import dev.varve.container.domain.ContainerEvent.Exited;

/**
 * Why a run ended, as far as it can be told. An exit code above 128 may be a signal's or the
 * program's own choice; what was recorded of signals before decides.
 *
 * @param signal that ended it, or that it was asked to end by; 0 for none
 * @param call what sent the signal: {@code stop}, {@code restart}, {@code kill}, {@code remove},
 *     {@code health}; empty when nobody here did
 * @param actor on whose behalf; empty with no call
 */
public record ExitCause(Kind kind, int signal, String call, String actor) {
  private static final int SIGNALLED = 128;
  private static final int LAST_SIGNAL = 64;

  /** The words that clients see are their names in lower case. */
  public enum Kind {
    /** Not known, or not ended. */
    UNKNOWN,
    /** The program ended by itself, maybe because it was asked to. */
    EXIT,
    /** By a signal that was sent from here. */
    SIGNAL,
    /** By a signal from elsewhere, or with a code that looks like one. */
    OUTSIDE,
    /** The kernel killed it for the memory it took in this very run. */
    OOM,
    /** Its monitor was lost, and with it the exit code. */
    MONITOR_LOST,
    /** Its node went down. */
    NODE_RESTARTED
  }

  public static final ExitCause UNKNOWN = of(Kind.UNKNOWN);

  public static ExitCause of(Kind kind) {
    return new ExitCause(kind, 0, "", "");
  }

  /** A signal that was sent to the present run. */
  public record SentSignal(int signal, String call, String actor) {}

  /** Why the run of that container ended so. */
  static ExitCause of(Container it, Exited seen) {
    if (seen.cause().kind() != Kind.UNKNOWN) {
      return seen.cause();
    }
    int signal = seen.exitCode() - SIGNALLED;
    boolean looksSignalled = signal > 0 && signal <= LAST_SIGNAL;
    for (SentSignal sent : it.run().signals()) {
      if (sent.signal() == signal) {
        return of(Kind.SIGNAL, sent);
      }
    }
    if (signal == Signals.KILL && (seen.oomKilled() || it.run().outOfMemory())) {
      return new ExitCause(Kind.OOM, Signals.KILL, "", "");
    }
    if (looksSignalled) {
      return new ExitCause(Kind.OUTSIDE, signal, "", "");
    }
    return it.run().signals().isEmpty()
        ? of(Kind.EXIT)
        : of(Kind.EXIT, it.run().signals().getLast());
  }

  private static ExitCause of(Kind kind, SentSignal sent) {
    return new ExitCause(kind, sent.signal(), sent.call(), sent.actor());
  }
}
