package dev.varve.container.runtime;

import dev.varve.api.transport.Transport;
import dev.varve.container.adapter.conmon.ConmonRuntime;
import dev.varve.container.adapter.files.EtcFiles;
import dev.varve.container.adapter.grpc.ContainersService;
import dev.varve.container.adapter.host.ProcHost;
import dev.varve.container.adapter.imageconfig.OciImageConfig;
import dev.varve.container.adapter.logfile.MonitorLog;
import dev.varve.container.adapter.mounts.SnapshotMounts;
import dev.varve.container.adapter.network.KernelContainerNetwork;
import dev.varve.container.adapter.oci.OciRuntimeSpecs;
import dev.varve.container.application.Attachments;
import dev.varve.container.application.ContainerDirectory;
import dev.varve.container.application.ContainerLedger;
import dev.varve.container.application.Endings;
import dev.varve.container.application.Engine;
import dev.varve.container.application.Lanes;
import dev.varve.container.application.RootFilesystems;
import dev.varve.container.application.Snapshot;
import dev.varve.container.application.SnapshotEvent;
import dev.varve.container.application.UseCases;
import dev.varve.container.domain.DomainEvent;
import dev.varve.container.domain.DomainState;
import dev.varve.eventlog.CrashPoint;
import dev.varve.eventlog.assembly.FollowedTopic;
import dev.varve.eventlog.assembly.OwnedTopic;
import dev.varve.linux.files.KernelFileCalls;
import dev.varve.linux.net.LinuxNetwork;
import dev.varve.linux.process.ProcessFacts;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import org.jboss.logging.Logger;

/**
 * The whole container service over topics that are given to it, on this machine's kernel.
 *
 * <p>Lifecycle: construct, {@link #start} (folds both topics, brings containers in line with the
 * kernel), serve {@link #endpoint}, {@link #close} (containers go on).
 */
final class ContainerService implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ContainerService.class);
  private static final Duration CATCH_UP = Duration.ofMinutes(5);

  /** Where systemd-resolved keeps the resolvers behind its own stub. */
  private static final Path UPSTREAM_RESOLVERS = Path.of("/run/systemd/resolve/resolv.conf");

  private final OwnedTopic<DomainState, DomainEvent> containers;
  private final FollowedTopic<Snapshot, SnapshotEvent> snapshots;
  private final ManagedChannel snapshotService;
  private final ConmonRuntime runtime;
  private final KernelContainerNetwork network;
  private final MonitorLog logs;
  private final ContainerDirectory directory;
  private final UseCases useCases;

  ContainerService(
      OwnedTopic<DomainState, DomainEvent> containers,
      FollowedTopic<Snapshot, SnapshotEvent> snapshots,
      ContainerSettings settings,
      String version)
      throws IOException {
    this.containers = containers;
    this.snapshots = snapshots;
    this.snapshotService = Transport.connect(settings.snapshots());
    this.directory = new ContainerDirectory(containers.ledger());
    ContainerLedger ledger = new ContainerLedger(containers.ledger(), containers.commands());
    Path root = settings.root();
    Path run = settings.run();
    String prefix = settings.prefix();
    this.runtime =
        new ConmonRuntime(
            new OciRuntimeSpecs(new KernelFileCalls(), ProcessFacts.ownBoundingSet(), prefix),
            root,
            run,
            prefix,
            Clock.systemUTC());
    this.network = new KernelContainerNetwork(new LinuxNetwork(), prefix, run);
    this.logs = new MonitorLog(Clock.systemUTC());
    Engine engine =
        new Engine(
            settings.node(),
            ledger,
            directory,
            new Endings(containers.ledger()),
            new Lanes(),
            new Attachments(runtime),
            new RootFilesystems(snapshots.ledger(), ledger, new SnapshotMounts(snapshotService)),
            runtime,
            network,
            new EtcFiles(root.resolve("containers"), Path.of("/etc"), UPSTREAM_RESOLVERS),
            new ProcHost(Path.of("/proc")),
            logs,
            InstantSource.system(),
            CrashPoint::reach);
    this.useCases = UseCases.of(engine, OciImageConfig::parse, prefix, version);
  }

  /**
   * @throws dev.varve.eventlog.LogUnavailableException when the log cannot be read in time
   */
  void start() throws IOException, InterruptedException {
    snapshots.start(CATCH_UP);
    containers.start(CATCH_UP);
    directory.load();
    useCases.engineStart().run();
  }

  ContainersService endpoint() {
    return new ContainersService(useCases);
  }

  /** The topics first: nothing that the end of the adapters makes fail is to be recorded. */
  @Override
  public void close() {
    containers.close();
    snapshots.close();
    snapshotService.shutdownNow();
    runtime.close();
    network.close();
    try {
      logs.close();
    } catch (IOException e) {
      LOG.warn("the watch on the containers' logs could not be closed", e);
    }
  }
}
