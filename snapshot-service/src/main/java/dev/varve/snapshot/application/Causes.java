package dev.varve.snapshot.application;

import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Event;
import java.util.UUID;

/** In whose name this service records. */
public final class Causes {
  private static final String ACTOR = "service:snapshot";

  private Causes() {}

  public static Cause reactionTo(Event<?> event) {
    return new Cause(ACTOR, event.id(), event.cause().correlationId());
  }

  /** For what a start finds to do. */
  public static Cause reconciliation() {
    String id = UUID.randomUUID().toString();
    return new Cause(ACTOR, id, id);
  }
}
