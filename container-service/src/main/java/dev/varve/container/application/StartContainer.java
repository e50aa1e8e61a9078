package dev.varve.container.application;

import dev.varve.container.application.ContainerRuntime.RunRequest;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.ContainerEvent.StartFailed;
import dev.varve.container.domain.ContainerEvent.Started;
import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.Namespaces;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.Refusals;
import dev.varve.container.domain.RunDecider;
import dev.varve.container.domain.Secret;
import dev.varve.container.domain.StartReason;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Starts a container: intent and claimed address in one append; root file system, bundle, runtime;
 * the streams of those attached; the program; what was seen of it.
 */
public final class StartContainer {
  private static final int UNKNOWN_FAILURE = 128;

  private final Engine engine;
  private final RemovalFinish removals;
  private final EndpointRequests endpoints;
  private final Donors donors;
  private final Links links;

  public StartContainer(Engine engine, RemovalFinish removals) {
    this.engine = engine;
    this.removals = removals;
    this.endpoints = new EndpointRequests(engine);
    this.donors = new Donors(engine);
    this.links = new Links(engine);
  }

  /**
   * @return false when it runs already
   */
  public boolean start(Cause cause, String reference) throws InterruptedException {
    return start(cause, reference, StartReason.ASKED);
  }

  /**
   * @return false when it runs already, or has nothing to begin for that reason
   */
  boolean start(Cause cause, String reference, StartReason reason) throws InterruptedException {
    String id = Lookup.find(engine.directory(), reference).id();
    return engine.lanes().in(id, () -> startInLane(cause, id, reference, reason));
  }

  private boolean startInLane(Cause cause, String id, String reference, StartReason reason)
      throws InterruptedException {
    Container it =
        engine
            .facts()
            .container(id)
            .orElseThrow(() -> Refusals.noSuchContainer(reference).asException());
    if (it.isPaused()) {
      throw Refusals.startOfPaused().asException();
    }
    if (it.removal().isPresent()) {
      throw Refusals.markedForRemoval().asException();
    }
    if (!RunDecider.mayBegin(it, reason)) {
      return false;
    }
    Run run = prepare(it);
    FutureTask<RunFiles.Paths> files =
        Effects.begin(() -> engine.files().write(it, endpoints.files(it, run.attachments())));
    if (!request(cause, id, reason, run)) {
      return false;
    }
    engine.steps().reach(Steps.START_REQUESTED);
    try {
      if (run.refusal().isPresent()) {
        throw run.refusal().get().asException();
      }
      begin(cause, it, run, files);
    } catch (RuntimeRefusedException e) {
      StartFailed seen = new StartFailed(e.exitCode(), String.valueOf(e.getMessage()));
      throw failed(
          cause,
          id,
          seen,
          e.exitCode() == UNKNOWN_FAILURE
              ? Refusals.fault(seen.message())
              : Refusals.invalid(seen.message()));
    } catch (ProblemException e) {
      throw failed(cause, id, new StartFailed(UNKNOWN_FAILURE, e.problem().message()), e.problem());
    } catch (LogUnavailableException e) {
      StartFailed seen = new StartFailed(UNKNOWN_FAILURE, String.valueOf(e.getMessage()));
      throw failed(cause, id, seen, Refusals.unavailable(seen.message()));
    } catch (IOException | RuntimeException e) {
      StartFailed seen = new StartFailed(UNKNOWN_FAILURE, String.valueOf(e.getMessage()));
      throw failed(cause, id, seen, Refusals.fault(seen.message()));
    }
    engine.steps().reach(Steps.START_RECORDED);
    return true;
  }

  private boolean request(Cause cause, String id, StartReason reason, Run run) {
    try {
      return engine
          .ledger()
          .decide(cause, facts -> RunDecider.request(facts, id, reason, run.attachments()));
    } catch (ProblemException e) {
      release(id);
      throw e;
    } catch (LogUnavailableException e) {
      // Whether the intent counts will show when the log is back; it has no effect then.
      release(id);
      Effects.beginCleaning("start of " + id, () -> recordInterruption(cause, id, e));
      throw e;
    }
  }

  private void release(String id) {
    Effects.clean("ports of " + id, () -> engine.ports().release(id));
    Effects.clean("network of " + id, () -> engine.network().release(id));
  }

  private void recordInterruption(Cause cause, String id, Exception e) {
    StartFailed seen = new StartFailed(UNKNOWN_FAILURE, String.valueOf(e.getMessage()));
    engine
        .ledger()
        .record(cause, facts -> RunDecider.interrupted(facts, id, seen, engine.clock().instant()));
  }

  private void begin(Cause cause, Container it, Run run, FutureTask<RunFiles.Paths> files)
      throws IOException, InterruptedException {
    String id = it.id();
    run.refusal()
        .map(Problem::asException)
        .ifPresent(refusal -> {
          throw refusal;
        });
    FutureTask<Boolean> wiring =
        Effects.begin(() -> {
          engine.network().wire(id);
          return true;
        });
    Effects.beginCleaning("hosts of those who call " + id, () -> links.follow(id));
    List<Secret> linked = links.environment(it, run.attachments());
    Path root = engine.roots().await(cause, id);
    RunFiles.Paths own = Effects.join(files);
    RunFiles.Paths paths = run.sharing().map(engine.files()::paths).orElse(own);
    ContainerRuntime runtime = engine.runtime();
    FutureTask<Void> publication = Effects.begin(() -> publish(id, run.attachments()));
    ContainerRuntime.Process process;
    try (MountSources.Held mounts = engine.mounts().hold(it.spec(), root)) {
      process =
          runtime.create(
              new RunRequest(
                  id,
                  it.spec(),
                  linked,
                  root,
                  Optional.ofNullable(run.namespace()),
                  it.spec().hostname(),
                  paths.resolvConf(),
                  paths.hosts(),
                  paths.hostname(),
                  mounts.mounts(),
                  mounts.rootPropagation(),
                  donors.ofProcesses(it),
                  donors.ofIpc(it)));
    } finally {
      // Even when the run fails: what is taken back must have been made.
      Effects.join(publication);
    }
    engine.steps().reach(Steps.PORTS_PUBLISHED);
    engine.steps().reach(Steps.START_CREATED);
    boolean ignored = Effects.join(wiring);
    engine.attachments().opened(id);
    // Taken before: a short run may have ended when start returns, and must not end before it
    // began.
    Instant startedAt = engine.clock().instant();
    runtime.start(id);
    engine.steps().reach(Steps.START_RUNNING);
    Started seen = new Started(process.pid(), startedAt, process.startTicks());
    engine.ledger().record(cause, facts -> RunDecider.started(facts, id, seen));
  }

  private @Nullable Void publish(String id, List<NetworkAttachment> attachments)
      throws IOException {
    engine.ports().publish(id, attachments);
    return null;
  }

  /** Nothing of the run is left when its failure is recorded. */
  private ProblemException failed(Cause cause, String id, StartFailed seen, Problem answer) {
    Effects.clean("run of " + id, () -> engine.runtime().delete(id));
    release(id);
    engine.steps().reach(Steps.START_REFUSED);
    engine.ledger().record(cause, facts -> RunDecider.failed(facts, id, seen));
    engine.attachments().abandoned(id);
    removals.finishIfRequested(cause, id);
    return answer.asException();
  }

  /**
   * What the run has of networks.
   *
   * @param sharing the container whose network it has, and whose files for it
   * @param refusal told once the start is on record, so that what shall go with its end goes
   */
  private record Run(
      List<NetworkAttachment> attachments,
      @Nullable Path namespace,
      Optional<String> sharing,
      Optional<Problem> refusal) {
    static Run in(@Nullable Path namespace) {
      return new Run(List.of(), namespace, Optional.empty(), Optional.empty());
    }
  }

  /** The network of another container, which must run now. */
  private Run joining(Container it, String other) throws IOException {
    Container target = Lookup.find(engine.directory(), other);
    if (target.id().equals(it.id())) {
      throw Refusals.joinOfOwn().asException();
    }
    if (!target.isRunning()) {
      throw Refusals.joinOfStopped(target.id()).asException();
    }
    // On the host's network there is nothing to join.
    @Nullable Path namespace =
        target.spec().networkName().equals(Network.HOST)
            ? null
            : engine.network().joined(it.id(), target.id());
    return new Run(List.of(), namespace, Optional.of(target.id()), Optional.empty());
  }

  private Run prepare(Container it) {
    String mode = it.spec().networkName();
    try {
      if (mode.startsWith(Namespaces.OF_CONTAINER)) {
        return joining(it, mode.substring(Namespaces.OF_CONTAINER.length()));
      }
      if (mode.equals(Network.HOST)) {
        return Run.in(null);
      }
      List<ContainerNetwork.EndpointRequest> requests = endpoints.requests(it);
      if (requests.isEmpty()) {
        return Run.in(engine.network().isolated(it.id()));
      }
      ContainerNetwork.Lease lease = engine.network().lease(it.id(), requests);
      PortClaims.Claimed claimed = engine.ports().claim(it, lease.attachments());
      return new Run(claimed.attachments(), lease.namespace(), Optional.empty(), claimed.refusal());
    } catch (ProblemException e) {
      return new Run(
          List.of(), null, Optional.empty(), Optional.of(Refusals.ofNetworking(e.problem())));
    } catch (IOException e) {
      throw Refusals.fault("failed to set up container networking: " + e.getMessage())
          .asException();
    }
  }
}
