package dev.varve.container.domain;

import dev.varve.container.domain.LeaseEvent.LeaseEnded;
import dev.varve.container.domain.LeaseEvent.LeaseOpened;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Problem;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Opening and ending a lease, and whether something may be made under one. */
public final class LeaseDecider {
  private static final int LONGEST_NAME = 128;
  private static final Duration LONGEST_GRACE = Duration.ofDays(7);

  private LeaseDecider() {}

  public static Decision<DomainEvent, Boolean> open(
      Facts facts, String id, String name, Duration grace) {
    if (name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
      return Decision.reject(
          Problem.Code.INVALID,
          "a lease's name has at most " + LONGEST_NAME + " characters, none of them to steer with");
    }
    if (grace.isNegative() || grace.compareTo(LONGEST_GRACE) > 0) {
      return Decision.reject(
          Problem.Code.INVALID, "a lease lasts at most seven days while nobody holds it");
    }
    return facts.lease(id).isPresent()
        ? Decision.nothing(false)
        : Decision.accept(Subjects.lease(id), new LeaseOpened(id, name, grace), true);
  }

  /**
   * @return false when it has ended already
   */
  public static Decision<DomainEvent, Boolean> end(
      Facts facts, String id, LeaseEvent.Reason reason) {
    return facts.lease(id).isEmpty()
        ? Decision.nothing(false)
        : Decision.accept(Subjects.lease(id), new LeaseEnded(reason), true);
  }

  /** Why something with these labels cannot be made: its lease is over. */
  static Optional<Problem> refusal(Facts facts, Map<String, String> labels) {
    return Lease.of(labels).filter(id -> facts.lease(id).isEmpty()).map(Refusals::leaseOver);
  }
}
