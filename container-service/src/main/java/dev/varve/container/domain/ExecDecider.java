package dev.varve.container.domain;

import dev.varve.container.domain.Exec.Phase;
import dev.varve.container.domain.ExecEvent.ExecCreated;
import dev.varve.container.domain.ExecEvent.ExecDetached;
import dev.varve.container.domain.ExecEvent.ExecExited;
import dev.varve.container.domain.ExecEvent.ExecRemoved;
import dev.varve.container.domain.ExecEvent.ExecStartFailed;
import dev.varve.container.domain.ExecEvent.ExecStartRequested;
import dev.varve.container.domain.ExecEvent.ExecStarted;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Decision.Draft;
import dev.varve.eventlog.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A further process in a running container. */
public final class ExecDecider {
  private ExecDecider() {}

  public static Decision<DomainEvent, String> create(
      Facts facts, String execId, String containerId, String reference, ExecSpec spec) {
    Optional<Container> container = facts.container(containerId);
    if (container.isEmpty()) {
      return new Decision.Rejected<>(Refusals.noSuchContainer(reference));
    }
    Optional<Problem> refusal = SpecRules.refusal(spec);
    if (refusal.isPresent()) {
      return new Decision.Rejected<>(refusal.get());
    }
    if (!container.get().isRunning()) {
      return new Decision.Rejected<>(notRunning(container.get()));
    }
    if (container.get().isPaused()) {
      return new Decision.Rejected<>(Refusals.execInPaused(reference));
    }
    return facts.exec(execId).isPresent()
        ? Decision.nothing(execId)
        : Decision.accept(
            Subjects.exec(execId), new ExecCreated(execId, containerId, spec), execId);
  }

  /** The intent to start it; an exec runs once. */
  public static Decision<DomainEvent, Exec> request(Facts facts, String execId, boolean detach) {
    Optional<Exec> found = facts.exec(execId);
    if (found.isEmpty()) {
      return new Decision.Rejected<>(Refusals.noSuchExec(execId));
    }
    Exec exec = found.get();
    Optional<Container> container = facts.container(exec.containerId());
    if (container.isEmpty()) {
      return new Decision.Rejected<>(Refusals.noSuchContainer(exec.containerId()));
    }
    return switch (exec.phase()) {
      case Phase.Ended _ -> new Decision.Rejected<>(Refusals.execHasRun(execId));
      case Phase.Starting _, Phase.Running _ ->
          new Decision.Rejected<>(Refusals.execRunning(execId));
      case Phase.Created _ ->
          !container.get().isRunning()
              ? new Decision.Rejected<>(notRunning(container.get()))
              : container.get().isPaused()
                  ? new Decision.Rejected<>(Refusals.execInPaused(exec.containerId()))
                  : Decision.accept(Subjects.exec(execId), new ExecStartRequested(detach), exec);
    };
  }

  private static Problem notRunning(Container it) {
    return it.isRestarting() ? Refusals.restarting(it) : Refusals.notRunning(it);
  }

  public static Decision<DomainEvent, Boolean> started(
      Facts facts, String execId, ExecStarted seen) {
    return when(facts, execId, Phase.Starting.class::isInstance, seen);
  }

  /** What was seen: its client left by the detach keys. */
  public static Decision<DomainEvent, Boolean> detached(Facts facts, String execId) {
    return when(facts, execId, phase -> !(phase instanceof Phase.Created), new ExecDetached());
  }

  public static Decision<DomainEvent, Boolean> failed(
      Facts facts, String execId, ExecStartFailed seen) {
    return when(facts, execId, Phase.Starting.class::isInstance, seen);
  }

  /**
   * Counted once, however often it is reported; also when the start itself went unrecorded.
   *
   * @param started of that start, where it is known
   */
  public static Decision<DomainEvent, Boolean> exited(
      Facts facts, String execId, Optional<ExecStarted> started, ExecExited seen) {
    Optional<Exec> found = facts.exec(execId);
    if (found.isEmpty()) {
      return Decision.nothing(false);
    }
    return switch (found.get().phase()) {
      case Phase.Created _, Phase.Ended _ -> Decision.nothing(false);
      case Phase.Running _ -> Decision.accept(Subjects.exec(execId), seen, true);
      case Phase.Starting _ -> {
        List<Draft<DomainEvent>> drafts = new ArrayList<>();
        started.ifPresent(event -> drafts.add(new Draft<>(Subjects.exec(execId), event)));
        drafts.add(new Draft<>(Subjects.exec(execId), seen));
        yield new Decision.Accepted<>(drafts, true);
      }
    };
  }

  /** Forgets an exec that has ended. */
  public static Decision<DomainEvent, Boolean> remove(Facts facts, String execId) {
    return when(facts, execId, Phase.Ended.class::isInstance, new ExecRemoved());
  }

  private static Decision<DomainEvent, Boolean> when(
      Facts facts, String execId, Predicate<Phase> allowed, ExecEvent event) {
    boolean fits = facts.exec(execId).filter(exec -> allowed.test(exec.phase())).isPresent();
    return fits ? Decision.accept(Subjects.exec(execId), event, true) : Decision.nothing(false);
  }
}
