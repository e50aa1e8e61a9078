package dev.varve.container.domain;

import java.time.Instant;

/** What happens to a further process in a container. */
public sealed interface ExecEvent extends DomainEvent {

  record ExecCreated(String execId, String containerId, ExecSpec spec) implements ExecEvent {}

  record ExecStartRequested(boolean detach) implements ExecEvent {}

  record ExecStarted(int pid, long startTicks) implements ExecEvent {}

  /** Its client left by the detach keys. */
  record ExecDetached() implements ExecEvent {}

  record ExecStartFailed(int exitCode, String message) implements ExecEvent {}

  record ExecExited(int exitCode, Instant finishedAt) implements ExecEvent {}

  record ExecRemoved() implements ExecEvent {}
}
