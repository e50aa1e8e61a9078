package dev.varve.container.domain;

import dev.varve.eventlog.Subject;
import java.util.Optional;

/** What is so at present: all that a decider may look at. {@code ledger::state} is one. */
@FunctionalInterface
public interface Facts {
  Optional<DomainState> state(Subject subject);

  default Optional<Container> container(String id) {
    return state(Subjects.container(id)).map(Container.class::cast);
  }

  default Optional<NameClaim> name(String name) {
    return state(Subjects.name(name)).map(NameClaim.class::cast);
  }

  default Optional<Exec> exec(String id) {
    return state(Subjects.exec(id)).map(Exec.class::cast);
  }

  default Optional<Network> network(String id) {
    return state(Subjects.network(id)).map(Network.class::cast);
  }

  default Optional<NetworkName> networkName(String name) {
    return state(Subjects.networkName(name)).map(NetworkName.class::cast);
  }

  default Optional<Endpoints> endpoints(String containerId) {
    return state(Subjects.endpoints(containerId)).map(Endpoints.class::cast);
  }

  default Optional<Lease> lease(String id) {
    return state(Subjects.lease(id)).map(Lease.class::cast);
  }

  default Optional<Node> node(String name) {
    return state(Subjects.node(name)).map(Node.class::cast);
  }
}
