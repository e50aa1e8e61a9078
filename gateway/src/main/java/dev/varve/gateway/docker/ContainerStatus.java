package dev.varve.gateway.docker;

import dev.varve.api.container.v1.Health;
import dev.varve.api.container.v1.State;
import dev.varve.api.container.v1.Status;
import java.time.Duration;
import java.time.Instant;

/** A container's state in the words of {@code docker ps}. */
public final class ContainerStatus {
  private ContainerStatus() {}

  /** One word, as in {@code inspect} and filters. */
  public static String word(Status status) {
    return switch (status) {
      case STATUS_CREATED, STATUS_UNSPECIFIED, UNRECOGNIZED -> "created";
      case STATUS_RUNNING -> "running";
      case STATUS_PAUSED -> "paused";
      case STATUS_RESTARTING -> "restarting";
      case STATUS_REMOVING -> "removing";
      case STATUS_EXITED -> "exited";
      case STATUS_DEAD -> "dead";
    };
  }

  /** For people, as of a moment. */
  public static String text(State state, Instant now) {
    return switch (state.getStatus()) {
      case STATUS_CREATED, STATUS_UNSPECIFIED, UNRECOGNIZED -> "Created";
      case STATUS_RUNNING -> "Up " + since(state.getStartedAtNanos(), now) + health(state);
      case STATUS_PAUSED -> "Up " + since(state.getStartedAtNanos(), now) + " (Paused)";
      case STATUS_RESTARTING -> "Restarting " + ended(state, now);
      case STATUS_REMOVING -> "Removal In Progress";
      case STATUS_EXITED -> "Exited " + ended(state, now);
      case STATUS_DEAD -> "Dead";
    };
  }

  private static String health(State state) {
    return switch (health(state.getHealth())) {
      case "none" -> "";
      case "starting" -> " (health: starting)";
      case String other -> " (" + other + ")";
    };
  }

  /** One word, as in {@code inspect} and filters. */
  public static String health(Health health) {
    return health.getStatus().isEmpty() ? "none" : health.getStatus();
  }

  public static boolean isRunning(State state) {
    return switch (state.getStatus()) {
      case STATUS_RUNNING, STATUS_PAUSED, STATUS_RESTARTING -> true;
      case STATUS_CREATED,
          STATUS_REMOVING,
          STATUS_EXITED,
          STATUS_DEAD,
          STATUS_UNSPECIFIED,
          UNRECOGNIZED ->
          false;
    };
  }

  private static String ended(State state, Instant now) {
    return "(" + state.getExitCode() + ") " + since(state.getFinishedAtNanos(), now) + " ago";
  }

  private static String since(long nanos, Instant now) {
    return HumanDuration.of(Duration.between(DockerTime.instant(nanos), now));
  }
}
