package dev.varve.container.application;

import dev.varve.container.domain.Container;
import dev.varve.container.domain.ContainerEvent;
import dev.varve.container.domain.ContainerEvent.ArchiveExtracted;
import dev.varve.container.domain.ContainerEvent.ArchiveRead;
import dev.varve.container.domain.ContainerEvent.Exported;
import dev.varve.container.domain.ContainerEvent.ProcessesListed;
import dev.varve.container.domain.ContainerEvent.Resized;
import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.ProcessListing;
import dev.varve.container.domain.Refusals;
import dev.varve.container.domain.Subjects;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Decision;
import java.io.IOException;
import java.util.HashSet;

/** What is asked of a running container from outside: its processes, its terminal's size. */
public final class InspectContainer {
  private final Engine engine;

  public InspectContainer(Engine engine) {
    this.engine = engine;
  }

  /**
   * @param arguments of ps; empty for {@code -ef}
   */
  public ProcessListing top(Cause cause, String reference, String arguments) {
    ProcessListing.requireHonest(arguments);
    Container it = running(reference);
    try {
      String output = engine.host().ps(arguments.isEmpty() ? "-ef" : arguments);
      ProcessListing listing =
          ProcessListing.parse(output, new HashSet<>(engine.runtime().processes(it.id())));
      record(cause, it.id(), new ProcessesListed());
      return listing;
    } catch (IOException e) {
      throw Refusals.fault(String.valueOf(e.getMessage())).asException();
    }
  }

  /** Somebody exported it. */
  public void exported(Cause cause, String reference) {
    record(cause, Lookup.find(engine.directory(), reference).id(), new Exported());
  }

  /**
   * Somebody copied files.
   *
   * @param inward into the container
   */
  public void copied(Cause cause, String reference, String path, boolean inward) {
    String id = Lookup.find(engine.directory(), reference).id();
    record(cause, id, inward ? new ArchiveExtracted(path) : new ArchiveRead(path));
  }

  /** What was done to a container that has gone since is of no interest. */
  private void record(Cause cause, String id, ContainerEvent event) {
    engine
        .ledger()
        .decide(
            cause,
            facts ->
                facts.container(id).isPresent()
                    ? Decision.accept(Subjects.container(id), event, true)
                    : Decision.nothing(false));
  }

  public void resize(Cause cause, String reference, Execs.Size size) {
    Container it = running(reference);
    try {
      if (!engine.runtime().resize(it.id(), size.height(), size.width())) {
        throw Refusals.notRunning(it).asException();
      }
    } catch (IOException e) {
      throw Refusals.fault("cannot resize container " + reference + ": " + e.getMessage())
          .asException();
    }
    record(cause, it.id(), new Resized(size.height(), size.width()));
  }

  private Container running(String reference) {
    Container it = Lookup.find(engine.directory(), reference);
    if (!it.isRunning()) {
      throw (it.isRestarting() ? Refusals.restarting(it) : Refusals.notRunning(it)).asException();
    }
    return it;
  }
}
