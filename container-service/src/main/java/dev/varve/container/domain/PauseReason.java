package dev.varve.container.domain;

/** For whom a container is frozen. */
public enum PauseReason {
  /** A person paused it, and lets it go on. */
  USER,
  /**
   * It keeps still while its file system is read. Whoever wanted that may die: an engine that finds
   * a container so lets it go on.
   */
  COMMIT
}
