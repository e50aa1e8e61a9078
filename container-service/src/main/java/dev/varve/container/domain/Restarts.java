package dev.varve.container.domain;

import dev.varve.container.domain.ContainerEvent.RestartScheduled;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is counted of a container's restarts, and Docker's rules of when it runs again.
 *
 * @param count of restarts by the policy since somebody started it
 * @param backOff before the last of them
 * @param stopped by hand since then
 * @param given up: the next end is not followed by a restart
 */
public record Restarts(int count, Duration backOff, boolean stopped, boolean givenUp) {
  public static final Restarts NONE = new Restarts(0, Duration.ZERO, false, false);

  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofMinutes(1);

  /** A run that long was no failure: the back-off begins anew. */
  private static final Duration GOOD_RUN = Duration.ofSeconds(10);

  /** After a signal by hand; not each of them is meant to end it. */
  Restarts signalled(boolean toEnd) {
    return new Restarts(count, backOff, true, givenUp || toEnd);
  }

  Restarts after(RestartScheduled scheduled) {
    return scheduled.reason() == StartReason.POLICY
        ? new Restarts(scheduled.attempt(), scheduled.backOff(), stopped, givenUp)
        : this;
  }

  /** Whether, and when, a run that ended by itself is followed by another. */
  static Optional<RestartScheduled> afterExit(
      Container it, int exitCode, Instant finishedAt, Duration ranFor) {
    Restarts before = it.restarts();
    if (before.givenUp() || !wants(it, exitCode, before.stopped())) {
      return Optional.empty();
    }
    Duration backOff =
        ranFor.compareTo(GOOD_RUN) >= 0 || before.backOff().isZero()
            ? FIRST
            : shorter(before.backOff().multipliedBy(2), LONGEST);
    return Optional.of(
        new RestartScheduled(
            StartReason.POLICY, before.count() + 1, backOff, finishedAt.plus(backOff)));
  }

  /** Whether a container that does not run is started because the engine starts. */
  static boolean atEngineStart(Container it) {
    return it.startedAt().isPresent()
        && wants(it, it.outcome().exitCode(), it.restarts().stopped());
  }

  private static boolean wants(Container it, int exitCode, boolean stopped) {
    RestartPolicy policy = it.spec().host().restartPolicy();
    int most = policy.maximumRetries();
    return switch (policy.name()) {
      case "always" -> true;
      case "unless-stopped" -> !stopped;
      case "on-failure" -> exitCode != 0 && (most == 0 || it.restarts().count() < most);
      default -> false;
    };
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
