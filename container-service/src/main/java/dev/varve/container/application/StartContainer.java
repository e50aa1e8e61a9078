package dev.varve.container.application;

import dev.varve.container.application.ContainerRuntime.RunRequest;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.ContainerEvent.StartFailed;
import dev.varve.container.domain.ContainerEvent.Started;
import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.Refusals;
import dev.varve.container.domain.RunDecider;
import dev.varve.container.domain.StartReason;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.LogUnavailableException;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
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
  private final Donors donors;

  public StartContainer(Engine engine, RemovalFinish removals) {
    this.engine = engine;
    this.removals = removals;
    this.donors = new Donors(engine);
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
        Effects.begin(() -> engine.files().write(it, run.attachment(), hostGateway()));
    if (!request(cause, id, reason, run)) {
      return false;
    }
    engine.steps().reach(Steps.START_REQUESTED);
    try {
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
          .decide(cause, facts -> RunDecider.request(facts, id, reason, run.attachment()));
    } catch (ProblemException e) {
      Effects.clean("network of " + id, () -> engine.network().release(id));
      throw e;
    } catch (LogUnavailableException e) {
      // Whether the intent counts will show when the log is back; it has no effect then.
      Effects.clean("network of " + id, () -> engine.network().release(id));
      Effects.beginCleaning("start of " + id, () -> recordInterruption(cause, id, e));
      throw e;
    }
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
    String network = it.spec().networkName();
    if (engine.directory().network(network).isEmpty()) {
      throw Refusals.noSuchNetwork(network).asException();
    }
    Path root = engine.roots().await(cause, id);
    RunFiles.Paths paths = Effects.join(files);
    ContainerRuntime runtime = engine.runtime();
    ContainerRuntime.Process process =
        runtime.create(
            new RunRequest(
                id,
                it.spec(),
                root,
                Optional.ofNullable(run.namespace()),
                it.spec().hostname(),
                paths.resolvConf(),
                paths.hosts(),
                paths.hostname(),
                donors.ofProcesses(it),
                donors.ofIpc(it)));
    engine.steps().reach(Steps.START_CREATED);
    engine.attachments().opened(id);
    // Taken before: a short run may have ended when start returns, and must not end before it
    // began.
    Instant startedAt = engine.clock().instant();
    runtime.start(id);
    engine.steps().reach(Steps.START_RUNNING);
    Started seen = new Started(process.pid(), startedAt, process.startTicks());
    engine.ledger().record(cause, facts -> RunDecider.started(facts, id, seen));
  }

  /** Nothing of the run is left when its failure is recorded. */
  private ProblemException failed(Cause cause, String id, StartFailed seen, Problem answer) {
    Effects.clean("run of " + id, () -> engine.runtime().delete(id));
    Effects.clean("network of " + id, () -> engine.network().release(id));
    engine.steps().reach(Steps.START_REFUSED);
    engine.ledger().record(cause, facts -> RunDecider.failed(facts, id, seen));
    engine.attachments().abandoned(id);
    removals.finishIfRequested(cause, id);
    return answer.asException();
  }

  /** Docker's is that of the default bridge, whatever network the container is on. */
  private String hostGateway() {
    return engine.directory().network(Network.BRIDGE).map(Network::gateway).orElse("127.0.0.1");
  }

  private record Run(Optional<NetworkAttachment> attachment, @Nullable Path namespace) {}

  private Run prepare(Container it) {
    String network = it.spec().networkName();
    try {
      return switch (network) {
        case Network.HOST -> new Run(Optional.empty(), null);
        case Network.NONE -> new Run(Optional.empty(), engine.network().isolated(it.id()));
        // Refused once the start is on record, so that what shall go with its end goes.
        case String name when engine.directory().network(name).isEmpty() ->
            new Run(Optional.empty(), null);
        default -> {
          ContainerNetwork.Lease lease = engine.network().lease(it.id());
          yield new Run(Optional.of(lease.attachment()), lease.namespace());
        }
      };
    } catch (IOException e) {
      throw Refusals.fault("failed to set up container networking: " + e.getMessage())
          .asException();
    }
  }
}
