package dev.varve.container.domain;

/** What a run is stopped for. */
public enum StopPurpose {
  /** That it is over, until somebody starts it. */
  STOP,
  /** A client wants it to begin anew. */
  RESTART,
  /** Its health check failed, and it asked to be begun anew then. */
  UNHEALTHY
}
