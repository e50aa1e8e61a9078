package dev.varve.container.application;

import dev.varve.container.domain.Container;
import dev.varve.container.domain.ContainerEvent;
import dev.varve.container.domain.DomainEvent;
import dev.varve.container.domain.DomainState;
import dev.varve.container.domain.Exec;
import dev.varve.container.domain.ExecEvent;
import dev.varve.container.domain.Facts;
import dev.varve.eventlog.Change;
import dev.varve.eventlog.Ledger;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who waits for the end of a run, of an exec, or of a container. Woken on the ledger's reader
 * thread, before the command that recorded the end gets its answer.
 */
public final class Endings {

  /** What a waiter waits for. */
  public enum Condition {
    NOT_RUNNING,
    NEXT_EXIT,
    REMOVED
  }

  /**
   * @param error not empty when the run ended otherwise than by its own exit
   */
  public record End(int exitCode, String error) {}

  private record Waiter(Condition condition, CompletableFuture<End> end) {}

  private final Facts facts;
  private final Map<String, Set<Waiter>> waiters = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Integer>> execs = new ConcurrentHashMap<>();

  public Endings(Ledger<DomainState, DomainEvent> ledger) {
    this.facts = ledger::state;
    ledger.listen(this::follow);
  }

  /**
   * The end that the condition names; done already where it holds. Cancel it to stop waiting. An
   * unknown container counts as removed.
   */
  public CompletableFuture<End> of(String containerId, Condition condition) {
    Waiter waiter = new Waiter(condition, new CompletableFuture<>());
    waiters.compute(
        containerId,
        (_, present) -> {
          Set<Waiter> all = present == null ? ConcurrentHashMap.newKeySet() : present;
          all.add(waiter);
          return all;
        });
    waiter.end.whenComplete((_, _) -> forget(containerId, waiter));
    // Looked at after it was added: an end between the two is seen by one of both.
    Container it = facts.container(containerId).orElse(null);
    if (it == null) {
      waiter.end.complete(new End(0, ""));
    } else if (condition == Condition.NOT_RUNNING && !it.isRunning() && !it.isRestarting()) {
      waiter.end.complete(endOf(it));
    }
    return waiter.end;
  }

  /** The exit code of an exec that was or is being started. */
  public CompletableFuture<Integer> ofExec(String execId) {
    CompletableFuture<Integer> end = execs.computeIfAbsent(execId, _ -> new CompletableFuture<>());
    Exec exec = facts.exec(execId).orElse(null);
    if (exec == null) {
      completeExec(execId, 0);
    } else if (exec.phase() instanceof Exec.Phase.Ended(int exitCode, var _)) {
      completeExec(execId, exitCode);
    }
    return end;
  }

  private void follow(Change<DomainState, DomainEvent> change) {
    switch (change.event().data()) {
      case ContainerEvent.Exited exited ->
          wake(
              change.event().subject().id(),
              new End(exited.exitCode(), exited.error()),
              Condition.NOT_RUNNING,
              Condition.NEXT_EXIT);
      case ContainerEvent.RestartCancelled _, ContainerEvent.StartFailed _
          when change.before() instanceof Container it && it.isRestarting() ->
          wake(it.id(), endOf(it), Condition.NOT_RUNNING, Condition.NEXT_EXIT);
      case ContainerEvent.Removed _ ->
          wake(
              change.event().subject().id(),
              // Why a start failed is no fault of the removal: clients would take it for one.
              new End(change.before() instanceof Container it ? it.outcome().exitCode() : 0, ""),
              Condition.values());
      case ExecEvent.ExecExited exited ->
          completeExec(change.event().subject().id(), exited.exitCode());
      case ExecEvent.ExecStartFailed failed ->
          completeExec(change.event().subject().id(), failed.exitCode());
      case ExecEvent.ExecRemoved _ -> completeExec(change.event().subject().id(), 0);
      default -> {
        // No other event ends anything.
      }
    }
  }

  private void wake(String containerId, End end, Condition... conditions) {
    Set<Condition> holds = Set.of(conditions);
    for (Waiter waiter : waiters.getOrDefault(containerId, Set.of())) {
      if (holds.contains(waiter.condition)) {
        waiter.end.complete(end);
      }
    }
  }

  private void completeExec(String execId, int exitCode) {
    CompletableFuture<Integer> end = execs.remove(execId);
    if (end != null) {
      end.complete(exitCode);
    }
  }

  private void forget(String containerId, Waiter waiter) {
    waiters.computeIfPresent(
        containerId,
        (_, present) -> {
          present.remove(waiter);
          return present.isEmpty() ? null : present;
        });
  }

  private static End endOf(Container it) {
    return new End(it.outcome().exitCode(), it.outcome().error());
  }
}
