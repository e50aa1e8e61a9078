package dev.varve.container.application;

import dev.varve.eventlog.Cause;

/** Causes of what this service does on its own account. */
final class Causes {
  private Causes() {}

  /**
   * @param why what was seen: {@code exit}, {@code recovery}
   * @param subjectId of what it was seen on; ties the chain together
   */
  static Cause own(String why, String subjectId) {
    return new Cause("service:container", why + ":" + subjectId, subjectId);
  }
}
