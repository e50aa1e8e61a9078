package dev.varve.image.application.build;

import dev.varve.eventlog.Change;
import dev.varve.eventlog.Ledger;
import dev.varve.eventlog.Problem;
import dev.varve.image.domain.ContainerFact;
import dev.varve.image.domain.ContainerUse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The containers that builds wait for: what they are to be, for the container service, and what
 * became of them, from its topic. Any thread.
 */
public final class Runs {
  private final Map<String, Run> open = new ConcurrentHashMap<>();

  /**
   * How a container ended.
   *
   * @param error when it did not run, or its exit code could not be learnt; empty otherwise
   */
  record End(int exitCode, boolean oomKilled, String error) {}

  /** To be made before the ledger is started. */
  public Runs(Ledger<ContainerUse, ContainerFact> containers) {
    containers.listen(this::follow);
  }

  /** One that is waited for; to be closed. */
  final class Run implements AutoCloseable {
    private final RunSpec spec;
    private final CompletableFuture<Boolean> started = new CompletableFuture<>();
    private final CompletableFuture<End> ended = new CompletableFuture<>();

    private Run(RunSpec spec) {
      this.spec = spec;
    }

    /** True when it began, false when it never will. */
    CompletableFuture<Boolean> started() {
      return started;
    }

    CompletableFuture<End> ended() {
      return ended;
    }

    private void end(End end) {
      started.complete(false);
      ended.complete(end);
    }

    @Override
    public void close() {
      open.remove(spec.containerId());
    }
  }

  /** Begins to wait; before it is wished for. */
  Run await(RunSpec spec) {
    Run run = new Run(spec);
    open.put(spec.containerId(), run);
    return run;
  }

  /**
   * What the container is to be.
   *
   * @throws dev.varve.eventlog.ProblemException NOT_FOUND when nobody waits for it
   */
  public RunSpec spec(String buildId, String containerId) {
    Run run = open.get(containerId);
    if (run == null || !run.spec.buildId().equals(buildId)) {
      throw new Problem(Problem.Code.NOT_FOUND, "no build waits for " + containerId).asException();
    }
    return run.spec;
  }

  private void follow(Change<ContainerUse, ContainerFact> change) {
    Run run = open.get(change.event().subject().id());
    if (run == null) {
      return;
    }
    switch (change.event().data()) {
      case ContainerFact.Created _ -> {}
      case ContainerFact.Started _ -> run.started.complete(true);
      case ContainerFact.StartFailed(int exitCode, String message) ->
          run.end(new End(exitCode, false, message));
      case ContainerFact.Exited(int exitCode, boolean oomKilled, String error) ->
          run.end(new End(exitCode, oomKilled, error));
      case ContainerFact.Removed _ -> run.end(new End(-1, false, "it was removed"));
      case ContainerFact.RunRefused(String message) -> run.end(new End(-1, false, message));
    }
  }
}
