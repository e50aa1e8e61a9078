package dev.varve.container.domain;

import java.time.Duration;

/** What happens to a lease. */
public sealed interface LeaseEvent extends DomainEvent {

  record LeaseOpened(String leaseId, String name, Duration grace) implements LeaseEvent {}

  /** Closes its subject: all that was made under it goes from here on. */
  record LeaseEnded(Reason reason) implements LeaseEvent {}

  /** Why a lease ended. */
  enum Reason {
    /** It was given back. */
    RELEASED,
    /** The connection of who held it was closed. */
    HOLDER_GONE,
    /** Nobody held it for as long as it lasts so. */
    ABANDONED
  }
}
