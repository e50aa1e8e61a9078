package dev.varve.container.application;

import dev.varve.eventlog.Ledger;

/** What this service can be asked for, and its start; wired once, used from any thread. */
public record UseCases(
    Engine engine,
    EngineStart engineStart,
    CreateContainer create,
    StartContainer start,
    StopContainer stop,
    RestartContainer restart,
    PauseContainer pause,
    UpdateContainer update,
    RemoveContainer remove,
    PruneContainers prune,
    RenameContainer rename,
    AttachToContainer attach,
    ReadLog logs,
    InspectContainer inspect,
    Execs execs,
    StartExec startExec,
    WatchStats stats,
    HealthChecks health,
    Networks networks,
    Connections connections,
    Links links,
    BuildRuns builds,
    Leases leases) {

  /**
   * @param prefix of everything this engine names on its host
   * @param version of this software, for the record
   * @param builds not started yet
   */
  public static UseCases of(
      Engine engine,
      ImageConfigs imageConfigs,
      StatsReader statsReader,
      String prefix,
      String version,
      Ledger<OpenRuns, BuildEvent> builds,
      RunRequests requests) {
    Ids ids = new Ids();
    Execs execs = new Execs(engine, ids);
    RemovalFinish removals = new RemovalFinish(engine);
    PauseContainer pause = new PauseContainer(engine);
    StopContainer stop = new StopContainer(engine, pause, removals);
    StartContainer start = new StartContainer(engine, removals);
    ScheduledRestarts restarts = new ScheduledRestarts(engine, start);
    HealthChecks health = new HealthChecks(engine, ids, stop);
    EndOfRun ends = new EndOfRun(engine, removals, execs, health);
    UpdateContainer update = new UpdateContainer(engine);
    RemoveContainer remove = new RemoveContainer(engine, removals, pause);
    Networks networks = new Networks(engine, ids);
    CreateContainer create = new CreateContainer(engine, ids, imageConfigs);
    return new UseCases(
        engine,
        new EngineStart(
            engine,
            new DefaultNetworks(engine, ids, prefix),
            ends,
            removals,
            remove,
            stop,
            pause,
            update,
            execs,
            restarts,
            health,
            version),
        create,
        start,
        stop,
        new RestartContainer(engine, stop, start, restarts),
        pause,
        update,
        remove,
        new PruneContainers(engine, remove),
        new RenameContainer(engine),
        new AttachToContainer(engine),
        new ReadLog(engine),
        new InspectContainer(engine),
        execs,
        new StartExec(execs),
        new WatchStats(engine.directory(), statsReader),
        health,
        networks,
        new Connections(engine),
        new Links(engine),
        new BuildRuns(engine, builds, create, start, remove, requests),
        new Leases(engine, ids, new LeaseSweep(engine, remove, networks)));
  }
}
