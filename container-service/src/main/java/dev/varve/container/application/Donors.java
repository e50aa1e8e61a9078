package dev.varve.container.application;

import dev.varve.container.application.ContainerRuntime.Donor;
import dev.varve.container.application.ContainerRuntime.Observation;
import dev.varve.container.application.ContainerRuntime.Process;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.Container.Phase;
import dev.varve.container.domain.NamespaceSharing;
import java.io.IOException;
import java.util.Optional;

/** Finds the containers whose namespaces another joins, as they are at its start. */
final class Donors {
  private final Engine engine;

  Donors(Engine engine) {
    this.engine = engine;
  }

  Optional<Donor> ofProcesses(Container it) throws IOException {
    Optional<Container> donor =
        NamespaceSharing.ofProcesses(it, id -> engine.facts().container(id));
    return donor.isPresent() ? Optional.of(running(donor.get())) : Optional.empty();
  }

  Optional<Donor> ofIpc(Container it) throws IOException {
    Optional<Container> donor = NamespaceSharing.ofIpc(it, id -> engine.facts().container(id));
    return donor.isPresent() ? Optional.of(running(donor.get())) : Optional.empty();
  }

  /** The kernel is asked again: a process of the same number may be anybody's by now. */
  private Donor running(Container donor) throws IOException {
    if (donor.phase() instanceof Phase.Running(int pid, long ticks, var _)
        && engine.runtime().observe(donor.id()) instanceof Observation.Running(Process process)
        && process.pid() == pid
        && process.startTicks() == ticks) {
      return new Donor(donor.id(), pid);
    }
    throw new RuntimeRefusedException(128, NamespaceSharing.notRunning(donor));
  }
}
