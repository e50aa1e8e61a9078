package dev.varve.container.application;

/** What this service can be asked for, and its start; wired once, used from any thread. */
public record UseCases(
    Engine engine,
    EngineStart engineStart,
    CreateContainer create,
    StartContainer start,
    StopContainer stop,
    PauseContainer pause,
    RemoveContainer remove,
    PruneContainers prune,
    RenameContainer rename,
    AttachToContainer attach,
    ReadLog logs,
    InspectContainer inspect,
    Execs execs,
    StartExec startExec,
    Networks networks,
    Connections connections) {

  /**
   * @param prefix of everything this engine names on its host
   * @param version of this software, for the record
   */
  public static UseCases of(
      Engine engine, ImageConfigs imageConfigs, String prefix, String version) {
    Ids ids = new Ids();
    Execs execs = new Execs(engine, ids);
    RemovalFinish removals = new RemovalFinish(engine);
    EndOfRun ends = new EndOfRun(engine, removals, execs);
    PauseContainer pause = new PauseContainer(engine);
    StopContainer stop = new StopContainer(engine, pause);
    RemoveContainer remove = new RemoveContainer(engine, removals, pause);
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
            execs,
            version),
        new CreateContainer(engine, ids, imageConfigs),
        new StartContainer(engine, removals),
        stop,
        pause,
        remove,
        new PruneContainers(engine, remove),
        new RenameContainer(engine),
        new AttachToContainer(engine),
        new ReadLog(engine),
        new InspectContainer(engine),
        execs,
        new StartExec(execs),
        new Networks(engine, ids),
        new Connections(engine));
  }
}
