package dev.varve.container.domain;

import java.time.Instant;

/** A further process in a container. */
public record Exec(String id, String containerId, ExecSpec spec, Phase phase)
    implements DomainState {

  /** created → starting → running → ended; or starting → ended, when the runtime refused. */
  public sealed interface Phase {
    record Created() implements Phase {}

    record Starting() implements Phase {}

    record Running(int pid, long startTicks) implements Phase {}

    record Ended(int exitCode, Instant at) implements Phase {}
  }

  public static Exec created(String id, String containerId, ExecSpec spec) {
    return new Exec(id, containerId, spec, new Phase.Created());
  }

  public boolean hasEnded() {
    return phase instanceof Phase.Ended;
  }

  /** The same with another specification. */
  public Exec with(ExecSpec other) {
    return new Exec(id, containerId, other, phase);
  }

  Exec in(Phase next) {
    return new Exec(id, containerId, spec, next);
  }
}
