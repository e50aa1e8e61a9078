package dev.varve.container.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What containers, networks and volumes were made under, so that they go together: open until it
 * ends.
 *
 * @param name what people call it; may be empty
 * @param grace how long it lasts while nobody holds it
 */
public record Lease(String id, String name, Duration grace, Instant openedAt)
    implements DomainState {
  /** On all that is made under a lease: its id. Only the engine puts it there. */
  public static final String LABEL = ContainerSpec.RESERVED_LABELS + "lease";

  /** The lease that something with these labels was made under. */
  public static Optional<String> of(Map<String, String> labels) {
    return Optional.ofNullable(labels.get(LABEL));
  }
}
