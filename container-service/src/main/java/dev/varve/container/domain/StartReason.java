package dev.varve.container.domain;

/** Why a run begins. */
public enum StartReason {
  /** A client asked for it. What was counted of restarts before is forgotten. */
  ASKED,
  /** The restart policy, after the run before ended by itself. */
  POLICY,
  /** The restart policy, because the engine started. */
  ENGINE_START,
  /** The second half of a restart that somebody asked for, or the engine for his health. */
  RESTART
}
