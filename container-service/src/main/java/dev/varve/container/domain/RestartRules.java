package dev.varve.container.domain;

import dev.varve.eventlog.Problem;
import java.util.Optional;

/** What Docker refuses about a restart policy, whatever the container. */
public final class RestartRules {
  private RestartRules() {}

  public static Optional<Problem> refusal(RestartPolicy policy) {
    int most = policy.maximumRetries();
    return switch (policy.name()) {
      case "" -> Optional.empty();
      case "no", "always", "unless-stopped" ->
          most == 0
              ? Optional.empty()
              : refuse(
                  "maximum retry count can only be used with 'on-failure'"
                      + (most < 0 ? " and cannot be negative" : ""));
      case "on-failure" ->
          most < 0 ? refuse("maximum retry count cannot be negative") : Optional.empty();
      default ->
          refuse(
              "unknown policy '"
                  + policy.name()
                  + "'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
    };
  }

  private static Optional<Problem> refuse(String why) {
    return Optional.of(Refusals.invalid("invalid restart policy: " + why));
  }
}
