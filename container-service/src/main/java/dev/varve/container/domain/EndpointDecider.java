package dev.varve.container.domain;

import dev.varve.container.domain.Container.Phase;
import dev.varve.container.domain.ContainerEvent.NetworkConnected;
import dev.varve.container.domain.ContainerEvent.NetworkDisconnected;
import dev.varve.container.domain.EndpointsEvent.EndpointsChanged;
import dev.varve.eventlog.Decision;
import dev.varve.eventlog.Decision.Draft;
import dev.varve.eventlog.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A container connected to a network, or disconnected, at another time than its start or end. */
public final class EndpointDecider {
  private EndpointDecider() {}

  /** Why the container cannot be on this network as things are. */
  public static Optional<Problem> refusal(Facts facts, Container it, Network network) {
    String mode = it.spec().networkName();
    if (network.name().equals(Network.HOST) || mode.equals(Network.HOST)) {
      return Optional.of(Refusals.hostNetworkStays());
    }
    if (mode.startsWith(Namespaces.OF_CONTAINER)) {
      return Optional.of(Refusals.sharedNetworkStays());
    }
    List<EndpointSpec> present = Endpoints.of(facts, it);
    boolean ofNone = mode.equals(Network.NONE) && present.isEmpty();
    if (network.name().equals(Network.NONE) ? !present.isEmpty() : ofNone) {
      return Optional.of(Refusals.noneNetworkStays());
    }
    return Optional.empty();
  }

  /**
   * @param attachment the claimed place of one that runs; empty for one that does not
   * @return false when a stopped one is to be connected already
   */
  public static Decision<DomainEvent, Boolean> connect(
      Facts facts, String id, EndpointSpec spec, Optional<NetworkAttachment> attachment) {
    Optional<Container> found = facts.container(id);
    if (found.isEmpty()) {
      return new Decision.Rejected<>(Refusals.noSuchContainer(id));
    }
    Container it = found.get();
    if (it.removal().isPresent()) {
      return new Decision.Rejected<>(Refusals.connectionOfRemoved(id));
    }
    if (it.isRunning() != attachment.isPresent()) {
      return new Decision.Rejected<>(Refusals.changedMeanwhile(it));
    }
    List<EndpointSpec> endpoints = new ArrayList<>(Endpoints.of(facts, it));
    endpoints.removeIf(other -> other.network().equals(spec.network()));
    endpoints.add(spec);
    List<Draft<DomainEvent>> drafts = new ArrayList<>();
    drafts.add(new Draft<>(Subjects.endpoints(id), new EndpointsChanged(id, endpoints)));
    attachment.ifPresent(
        claimed -> drafts.add(new Draft<>(Subjects.container(id), new NetworkConnected(claimed))));
    return new Decision.Accepted<>(drafts, true);
  }

  /**
   * The container is on this network no more, now if it runs and in later runs.
   *
   * @param network its name, or what the container knows it by
   * @return what is to be undone, if it runs
   */
  public static Decision<DomainEvent, Optional<NetworkAttachment>> disconnect(
      Facts facts, String id, String network) {
    Optional<Container> found = facts.container(id);
    if (found.isEmpty()) {
      return new Decision.Rejected<>(Refusals.noSuchContainer(id));
    }
    Container it = found.get();
    if (it.removal().isPresent()) {
      return new Decision.Rejected<>(Refusals.connectionOfRemoved(id));
    }
    List<EndpointSpec> endpoints = new ArrayList<>(Endpoints.of(facts, it));
    Optional<NetworkAttachment> attachment =
        it.phase() instanceof Phase.Running
            ? it.networks().stream().filter(on -> on.network().equals(network)).findFirst()
            : Optional.empty();
    boolean known = endpoints.removeIf(spec -> spec.network().equals(network));
    if (!known && attachment.isEmpty()) {
      return new Decision.Rejected<>(Refusals.notConnected(id, network));
    }
    List<Draft<DomainEvent>> drafts = new ArrayList<>();
    drafts.add(new Draft<>(Subjects.endpoints(id), new EndpointsChanged(id, endpoints)));
    attachment.ifPresent(on ->
        drafts.add(
            new Draft<>(Subjects.container(id), new NetworkDisconnected(network, on.networkId()))));
    return new Decision.Accepted<>(drafts, attachment);
  }
}
