package dev.varve.container.runtime;

import dev.varve.container.adapter.imageconfig.OciImageConfig;
import dev.varve.container.application.Attachments;
import dev.varve.container.application.BuildEvent;
import dev.varve.container.application.ContainerDirectory;
import dev.varve.container.application.ContainerLedger;
import dev.varve.container.application.Endings;
import dev.varve.container.application.Engine;
import dev.varve.container.application.Lanes;
import dev.varve.container.application.LogRotation;
import dev.varve.container.application.OpenRuns;
import dev.varve.container.application.RootFilesystems;
import dev.varve.container.application.RootMounts;
import dev.varve.container.application.RunRequests;
import dev.varve.container.application.Snapshot;
import dev.varve.container.application.SnapshotEvent;
import dev.varve.container.application.UseCases;
import dev.varve.container.domain.DomainEvent;
import dev.varve.container.domain.DomainState;
import dev.varve.eventlog.CrashPoint;
import dev.varve.eventlog.assembly.FollowedTopic;
import dev.varve.eventlog.assembly.OwnedTopic;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The service's objects and their order of starting and stopping, over topics and a machine that
 * are given to it and closed with it.
 */
final class ContainerAssembly implements AutoCloseable {
  private static final Duration CATCH_UP = Duration.ofMinutes(5);

  private final OwnedTopic<DomainState, DomainEvent> own;
  private final FollowedTopic<Snapshot, SnapshotEvent> snapshots;
  private final FollowedTopic<OpenRuns, BuildEvent> builds;
  private final Machine machine;
  private final ContainerDirectory directory;
  private final UseCases useCases;
  private final ScheduledExecutorService janitor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("container-janitor").factory());

  private final LogRotation rotation;

  ContainerAssembly(
      String node,
      String prefix,
      String version,
      OwnedTopic<DomainState, DomainEvent> own,
      FollowedTopic<Snapshot, SnapshotEvent> snapshots,
      FollowedTopic<OpenRuns, BuildEvent> builds,
      RootMounts mounts,
      RunRequests requests,
      Machine machine) {
    this.own = own;
    this.snapshots = snapshots;
    this.builds = builds;
    this.machine = machine;
    ContainerLedger ledger = new ContainerLedger(own.ledger(), own.commands());
    this.directory = new ContainerDirectory(own.ledger());
    Engine engine =
        new Engine(
            node,
            ledger,
            directory,
            new Endings(own.ledger()),
            new Lanes(),
            new Attachments(machine.runtime()),
            new RootFilesystems(snapshots.ledger(), ledger, mounts),
            machine.mounts(),
            machine.runtime(),
            machine.network(),
            machine.ports(),
            machine.files(),
            machine.host(),
            machine.logs(),
            machine.healthLog(),
            machine.alarm(),
            InstantSource.system(),
            CrashPoint::reach);
    this.rotation = new LogRotation(engine, machine.logStore());
    this.useCases =
        UseCases.of(
            engine,
            OciImageConfig::parse,
            machine.stats(),
            prefix,
            version,
            builds.ledger(),
            requests);
  }

  UseCases useCases() {
    return useCases;
  }

  /** Catches up with the log, then with what happened on the machine meanwhile. */
  void start() throws IOException, InterruptedException {
    snapshots.start(CATCH_UP);
    own.start(CATCH_UP);
    directory.load();
    useCases.engineStart().run();
    builds.start(CATCH_UP);
    useCases.builds().begin();
    useCases.leases().begin();
    rotation.start();
    janitor.scheduleWithFixedDelay(useCases.execs()::forgetOld, 1, 1, TimeUnit.MINUTES);
  }

  @Override
  public void close() {
    janitor.shutdownNow();
    useCases.stats().close();
    rotation.close();
    // Before the machine: what fails because this process lets go of it is no fact to record.
    own.close();
    machine.close();
    snapshots.close();
    builds.close();
  }
}
