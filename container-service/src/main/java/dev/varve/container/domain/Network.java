package dev.varve.container.domain;

import java.time.Instant;

/** A network that containers can join. */
public record Network(
    String id,
    String name,
    String driver,
    String bridge,
    String subnet,
    String gateway,
    boolean internal,
    Instant createdAt)
    implements DomainState {
  public static final String BRIDGE = "bridge";
  public static final String HOST = "host";
  public static final String NONE = "none";
}
