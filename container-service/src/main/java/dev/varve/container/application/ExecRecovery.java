package dev.varve.container.application;

import dev.varve.container.application.ContainerRuntime.Exit;
import dev.varve.container.application.ContainerRuntime.Observation;
import dev.varve.container.application.ContainerRuntime.Process;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.Exec;
import dev.varve.container.domain.Exec.Phase;
import dev.varve.container.domain.ExecDecider;
import dev.varve.container.domain.ExecEvent.ExecStartFailed;
import dev.varve.container.domain.ExecEvent.ExecStarted;
import dev.varve.eventlog.Cause;
import java.io.IOException;

/** The same for an exec, once its container has been brought in line. */
final class ExecRecovery {
  private static final int KILLED = 137;

  private final Engine engine;
  private final Execs execs;

  ExecRecovery(Engine engine, Execs execs) {
    this.engine = engine;
    this.execs = execs;
  }

  void recover(Exec exec) {
    switch (exec.phase()) {
      case Phase.Created _ -> removeWhatIsLeft(exec);
      case Phase.Ended _ -> {}
      case Phase.Starting _ -> reconcile(exec, false);
      case Phase.Running _ -> reconcile(exec, true);
    }
  }

  private void reconcile(Exec exec, boolean started) {
    switch (observe(exec)) {
      case Observation.Running(Process process) -> {
        if (!started) {
          ExecStarted seen = new ExecStarted(process.pid(), process.startTicks());
          engine.ledger().record(cause(exec), facts -> ExecDecider.started(facts, exec.id(), seen));
        }
      }
      case Observation.Ended(Exit exit) -> execs.ended(exec.containerId(), exec.id(), exit);
      case Observation.Created _, Observation.Absent _ -> {
        if (started) {
          execs.ended(exec.containerId(), exec.id(), killed());
        } else {
          removeWhatIsLeft(exec);
          ExecStartFailed seen =
              new ExecStartFailed(
                  Execs.UNKNOWN_FAILURE, "the engine ended before the exec was started");
          engine.ledger().record(cause(exec), facts -> ExecDecider.failed(facts, exec.id(), seen));
        }
      }
    }
  }

  /** A monitor may still wait for the word to begin. */
  private void removeWhatIsLeft(Exec exec) {
    Effects.clean(
        "exec " + exec.id(), () -> engine.runtime().deleteExec(exec.containerId(), exec.id()));
  }

  private Observation observe(Exec exec) {
    boolean containerRuns =
        engine.facts().container(exec.containerId()).filter(Container::isRunning).isPresent();
    if (!containerRuns) {
      return new Observation.Ended(killed());
    }
    try {
      return engine.runtime().observeExec(exec.containerId(), exec.id());
    } catch (IOException e) {
      return new Observation.Absent();
    }
  }

  private Exit killed() {
    return new Exit(KILLED, engine.clock().instant(), false, Exit.Known.YES);
  }

  private static Cause cause(Exec exec) {
    return Causes.own("recovery", exec.id());
  }
}
