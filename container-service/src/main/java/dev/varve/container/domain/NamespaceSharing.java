package dev.varve.container.domain;

import java.util.Optional;
import java.util.function.Function;

/** Who must run, and how, for a container to join its namespaces. */
public final class NamespaceSharing {
  private NamespaceSharing() {}

  /**
   * @return whose processes the container sees; empty when no other's
   * @throws dev.varve.eventlog.ProblemException INTERNAL, as Docker has it, when that cannot be
   */
  public static Optional<Container> ofProcesses(
      Container it, Function<String, Optional<Container>> containers) {
    return donor(it.spec().host().namespaces().pid(), containers).map(donor -> running(donor, ""));
  }

  /** The same for System V and POSIX objects and /dev/shm. */
  public static Optional<Container> ofIpc(
      Container it, Function<String, Optional<Container>> containers) {
    return donor(it.spec().host().namespaces().ipc(), containers)
        .map(donor -> {
          String context = "can't join IPC of container " + donor.id() + ": ";
          running(donor, context);
          if (!donor.spec().host().namespaces().ipc().equals("shareable")) {
            throw Refusals.fault(
                    context
                        + "non-shareable IPC (hint: use IpcMode:shareable for the donor container)")
                .asException();
          }
          return donor;
        });
  }

  private static Optional<Container> donor(
      String mode, Function<String, Optional<Container>> containers) {
    String id = Namespaces.donor(mode);
    return id.isEmpty()
        ? Optional.empty()
        : Optional.of(
            containers
                .apply(id)
                .orElseThrow(
                    () -> Refusals.fault(Refusals.noSuchContainer(id).message()).asException()));
  }

  private static Container running(Container donor, String context) {
    if (!donor.isRunning()) {
      throw Refusals.fault(context + notRunning(donor)).asException();
    }
    return donor;
  }

  public static String notRunning(Container donor) {
    return "container " + donor.id() + " is not running";
  }
}
