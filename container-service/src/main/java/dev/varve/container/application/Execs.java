package dev.varve.container.application;

import dev.varve.container.application.ContainerRuntime.ExecHandle;
import dev.varve.container.application.ContainerRuntime.ExecRequest;
import dev.varve.container.application.ContainerRuntime.Exit;
import dev.varve.container.application.ContainerRuntime.PreparedExec;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.DomainEvent;
import dev.varve.container.domain.Exec;
import dev.varve.container.domain.ExecDecider;
import dev.varve.container.domain.ExecEvent.ExecExited;
import dev.varve.container.domain.ExecEvent.ExecStartFailed;
import dev.varve.container.domain.ExecEvent.ExecStarted;
import dev.varve.container.domain.ExecSpec;
import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.Refusals;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The life of execs: created, started once, ended, and forgotten some time after. */
public final class Execs {
  private static final Duration GRACE = Duration.ofSeconds(2);

  /** Docker keeps the exit code of an exec for as long. */
  private static final Duration KEPT = Duration.ofMinutes(5);

  static final int UNKNOWN_FAILURE = 128;

  /** What Docker says of an exec that failed for any reason but a missing program. */
  private static final int NOT_STARTED = 126;

  private static final int KILLED = 137;

  /** Most execs end sooner; their beginning and end then share a round trip to the log. */
  private static final Duration SHORT_EXEC = Duration.ofMillis(20);

  private final Engine engine;
  private final Ids ids;
  private final Links links;

  /**
   * Beginnings that are on their way to the log; an end that is faster takes its beginning along.
   */
  private final Map<String, ExecStarted> beginnings = new ConcurrentHashMap<>();

  private final ExecEnds ends;
  private final EarlyMonitors early = new EarlyMonitors();

  public Execs(Engine engine, Ids ids) {
    this.engine = engine;
    this.ids = ids;
    this.links = new Links(engine);
    this.ends = new ExecEnds(engine.endings());
  }

  /**
   * @return its id
   */
  public String create(Cause cause, String reference, ExecSpec spec) {
    Container container = Lookup.find(engine.directory(), reference);
    String execId = ids.next();
    // A terminal's size is known at its start only.
    if (container.isRunning() && !container.isPaused() && !spec.tty()) {
      Exec exec = Exec.created(execId, container.id(), spec);
      early.begin(execId, () -> engine.runtime().prepareExec(request(exec, new Size(0, 0))));
    }
    try {
      return engine
          .ledger()
          .decide(
              cause, facts -> ExecDecider.create(facts, execId, container.id(), reference, spec));
    } catch (ProblemException | LogUnavailableException e) {
      early.drop(execId);
      throw e;
    }
  }

  /** As it is now; an end that was seen is in it. */
  public Exec find(String execId) {
    ends.awaitRecord(execId);
    return engine
        .directory()
        .exec(execId)
        .orElseThrow(() -> Refusals.noSuchExec(execId).asException());
  }

  /** Height and width in characters; zeros when there is no terminal or its size is unknown. */
  public record Size(int height, int width) {}

  /**
   * Starts an exec. If its monitor is not ready since its creation, it is got ready while the
   * intent is on its way to the log; the command runs once the intent counts. That it runs is
   * recorded soon, not yet when this returns: {@link #recordBeginning}.
   *
   * @param onceRequested runs between the two, when nothing can refuse the exec any more
   * @throws RuntimeRefusedException with the runtime's own words; it is recorded already
   */
  ExecHandle start(Cause cause, String execId, boolean detach, Size size, Runnable onceRequested)
      throws RuntimeRefusedException {
    // In a lane, so that a second start finds the first, and a report of the end its beginning.
    return engine
        .lanes()
        .in(
            execId,
            () -> {
              Exec exec = refuseWhatCannotStart(execId, detach);
              FutureTask<PreparedExec> prepared =
                  early
                      .take(execId)
                      .orElseGet(() ->
                          Effects.begin(() -> engine.runtime().prepareExec(request(exec, size))));
              try {
                engine.ledger().decide(cause, facts -> ExecDecider.request(facts, execId, detach));
              } catch (ProblemException e) {
                Effects.clean("exec " + execId, () -> EarlyMonitors.abandon(prepared));
                throw e;
              } catch (LogUnavailableException e) {
                // Whether the intent counts will show when the log is back; it has no effect then.
                Effects.clean("exec " + execId, () -> EarlyMonitors.abandon(prepared));
                Effects.beginCleaning("exec " + execId, () -> recordFailure(cause, execId, e));
                throw e;
              }
              engine.steps().reach(Steps.EXEC_REQUESTED);
              onceRequested.run();
              return run(cause, exec, prepared);
            });
  }

  private Exec refuseWhatCannotStart(String execId, boolean detach) {
    return switch (ExecDecider.request(engine.facts(), execId, detach)) {
      case Decision.Accepted<DomainEvent, Exec>(var _, Exec exec) -> exec;
      case Decision.Rejected<DomainEvent, Exec>(Problem problem) -> throw problem.asException();
    };
  }

  private ExecHandle run(Cause cause, Exec exec, FutureTask<PreparedExec> prepared)
      throws RuntimeRefusedException {
    try {
      ExecHandle handle = Effects.join(prepared).run();
      engine.steps().reach(Steps.EXEC_RUNNING);
      beginnings.put(
          exec.id(), new ExecStarted(handle.process().pid(), handle.process().startTicks()));
      return handle;
    } catch (RuntimeRefusedException e) {
      throw refused(cause, exec, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw refused(
          cause, exec, new RuntimeRefusedException(UNKNOWN_FAILURE, "interrupted while starting"));
    } catch (IOException | RuntimeException e) {
      throw refused(
          cause,
          exec,
          new RuntimeRefusedException(UNKNOWN_FAILURE, String.valueOf(e.getMessage())));
    }
  }

  private void recordFailure(Cause cause, String execId, Exception e) {
    ExecStartFailed seen = new ExecStartFailed(NOT_STARTED, String.valueOf(e.getMessage()));
    engine.ledger().record(cause, facts -> ExecDecider.failed(facts, execId, seen));
  }

  /** Records that an exec runs, unless its end is recorded along with it in a moment. */
  void recordBeginningSoon(Cause cause, String execId) {
    Effects.beginCleaning(
        "beginning of exec " + execId,
        () -> {
          try {
            engine.endings().ofExec(execId).get(SHORT_EXEC.toMillis(), TimeUnit.MILLISECONDS);
          } catch (TimeoutException e) {
            recordBeginning(cause, execId);
          } catch (ExecutionException e) {
            throw new IllegalStateException(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** Records that an exec runs, unless its end has been recorded by now. */
  void recordBeginning(Cause cause, String execId) {
    ExecStarted seen = beginnings.get(execId);
    if (seen != null) {
      engine.ledger().record(cause, facts -> ExecDecider.started(facts, execId, seen));
      engine.steps().reach(Steps.EXEC_RECORDED);
      beginnings.remove(execId);
    }
  }

  /** It keeps nobody waiting: that somebody left changes nothing. */
  void recordDetach(Cause cause, String execId) {
    Effects.beginCleaning(
        "detach from exec " + execId,
        () -> engine.ledger().decide(cause, facts -> ExecDecider.detached(facts, execId)));
  }

  private RuntimeRefusedException refused(Cause cause, Exec exec, RuntimeRefusedException e) {
    Effects.clean(
        "exec " + exec.id(), () -> engine.runtime().deleteExec(exec.containerId(), exec.id()));
    int code = e.exitCode() == UNKNOWN_FAILURE ? NOT_STARTED : e.exitCode();
    ExecStartFailed seen = new ExecStartFailed(code, String.valueOf(e.getMessage()));
    engine.ledger().record(cause, facts -> ExecDecider.failed(facts, exec.id(), seen));
    return e;
  }

  private ExecRequest request(Exec exec, Size size) throws RuntimeRefusedException {
    Container container = engine.facts().container(exec.containerId()).orElse(null);
    if (container == null) {
      throw new RuntimeRefusedException(UNKNOWN_FAILURE, "the container was removed");
    }
    ExecSpec spec = exec.spec();
    return new ExecRequest(
        exec.id(),
        container.id(),
        container.spec(),
        links.environment(container),
        Path.of(engine.roots().rootPath(container.id())),
        spec.cmd(),
        spec.env(),
        spec.workingDir().isEmpty() ? container.spec().process().workingDir() : spec.workingDir(),
        spec.user().isEmpty() ? container.spec().process().user() : spec.user(),
        spec.tty(),
        spec.attachStdin(),
        spec.privileged(),
        size.height(),
        size.width());
  }

  public void resize(String execId, Size size) {
    Exec exec = find(execId);
    if (!runs(exec)) {
      throw Refusals.execNotRunning(execId).asException();
    }
    try {
      if (!engine.runtime().resizeExec(exec.containerId(), execId, size.height(), size.width())) {
        throw Refusals.execNotRunning(execId).asException();
      }
    } catch (IOException e) {
      throw Refusals.fault("cannot resize exec " + execId + ": " + e.getMessage()).asException();
    }
  }

  private boolean runs(Exec exec) {
    return exec.phase() instanceof Exec.Phase.Running || beginnings.containsKey(exec.id());
  }

  /** An end was reported; again, maybe. */
  void ended(String containerId, String execId, Exit exit) {
    engine
        .lanes()
        .within(
            execId,
            () -> {
              ends.seen(
                  execId,
                  () -> {
                    engine.steps().reach(Steps.EXEC_SEEN_ENDED);
                    recordEnd(execId, new ExecExited(exit.exitCode(), exit.finishedAt()));
                  });
              Effects.clean(
                  "exec " + execId, () -> engine.runtime().deleteExec(containerId, execId));
            });
  }

  /** Returns when the end was seen, or after a while when it was not: it may go on unseen. */
  void awaitEnd(String execId) throws InterruptedException {
    ends.awaitSight(execId);
  }

  /**
   * The container's run is over, and with it all its execs; the end of those that nobody reports
   * any more is recorded as the kill it was. Returns at once.
   */
  void endAllOf(String containerId) {
    for (Exec exec : engine.directory().execsOf(containerId)) {
      if (runs(exec)) {
        Effects.beginCleaning("exec " + exec.id(), () -> endWithContainer(exec));
      }
    }
  }

  private void endWithContainer(Exec exec) {
    try {
      engine.endings().ofExec(exec.id()).get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      ended(
          exec.containerId(),
          exec.id(),
          new Exit(KILLED, engine.clock().instant(), false, Exit.Known.YES));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void recordEnd(String execId, ExecExited seen) {
    Optional<ExecStarted> started = Optional.ofNullable(beginnings.get(execId));
    engine
        .ledger()
        .record(
            Causes.own("exit", execId), facts -> ExecDecider.exited(facts, execId, started, seen));
    beginnings.remove(execId);
  }

  /** Forgets those that ended some time ago. To be called now and then. */
  public void forgetOld() {
    for (Container container : engine.directory().newestFirst()) {
      for (Exec exec : engine.directory().execsOf(container.id())) {
        if (exec.phase() instanceof Exec.Phase.Ended(int _, var at)
            && at.plus(KEPT).isBefore(engine.clock().instant())) {
          engine
              .ledger()
              .record(
                  Causes.own("forget", exec.id()), facts -> ExecDecider.remove(facts, exec.id()));
        }
      }
    }
  }
}
