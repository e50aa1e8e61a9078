package dev.varve.container.application;

import dev.varve.container.domain.Container;
import dev.varve.container.domain.EndpointDecider;
import dev.varve.container.domain.EndpointRules;
import dev.varve.container.domain.EndpointSpec;
import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.Refusals;
import dev.varve.eventlog.Cause;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Connects containers to networks and disconnects them, running ones at once, stopped ones for
 * their next run.
 */
public final class Connections {
  private final Engine engine;
  private final EndpointRequests requests;

  public Connections(Engine engine) {
    this.engine = engine;
    this.requests = new EndpointRequests(engine);
  }

  public void connect(Cause cause, String network, String container, EndpointSpec asked) {
    Network on = engine.directory().findNetwork(network);
    String id = Lookup.find(engine.directory(), container).id();
    EndpointSpec spec = asked.named(on.name());
    refuse(EndpointRules.refusal(spec, Optional.of(on)));
    engine.lanes().within(id, () -> connectInLane(cause, on, id, spec));
  }

  private void connectInLane(Cause cause, Network on, String id, EndpointSpec spec) {
    Container it =
        engine.facts().container(id).orElseThrow(() -> Refusals.noSuchContainer(id).asException());
    refuse(EndpointDecider.refusal(engine.facts(), it, on));
    if (!it.isRunning()) {
      boolean ignored =
          engine
              .ledger()
              .decide(cause, facts -> EndpointDecider.connect(facts, id, spec, Optional.empty()));
      return;
    }
    if (it.networks().stream().anyMatch(place -> place.networkId().equals(on.id()))) {
      throw Refusals.endpointExists(it.name(), on.name()).asException();
    }
    try {
      NetworkAttachment place = engine.network().claim(id, requests.request(it, spec, on));
      try {
        NetworkAttachment claimed = withPorts(it, place);
        boolean ignored =
            engine
                .ledger()
                .decide(
                    cause, facts -> EndpointDecider.connect(facts, id, spec, Optional.of(claimed)));
      } catch (ProblemException e) {
        engine.network().disconnect(id, on.id());
        followPorts(id);
        throw e;
      }
      engine.steps().reach(Steps.CONNECT_RECORDED);
      engine.network().wire(id);
      followPorts(id);
      rewriteFiles(id);
    } catch (IOException e) {
      Effects.clean("link of " + id, () -> engine.network().disconnect(id, on.id()));
      engine.ledger().record(cause, facts -> EndpointDecider.disconnect(facts, id, on.name()));
      Effects.clean("ports of " + id, () -> followPorts(id));
      throw Refusals.fault("cannot connect to network " + on.name() + ": " + e.getMessage())
          .asException();
    }
  }

  /** The first network that can have the ports the container wants gets them. */
  private NetworkAttachment withPorts(Container it, NetworkAttachment place) {
    if (!engine.ports().isMissing(it)) {
      return place;
    }
    List<NetworkAttachment> places = new ArrayList<>(it.networks());
    places.add(place);
    PortClaims.Claimed claimed = engine.ports().claim(it, places);
    refuse(claimed.refusal());
    return claimed.attachments().getLast();
  }

  private void followPorts(String id) throws IOException {
    Optional<Container> it = engine.facts().container(id).filter(Container::isRunning);
    if (it.isPresent()) {
      engine.ports().follow(it.get());
    }
  }

  /**
   * @param force also from a network that is not there any more
   */
  public void disconnect(Cause cause, String network, String container, boolean force) {
    String name = nameOf(network, force);
    String id = Lookup.find(engine.directory(), container).id();
    engine.lanes().within(id, () -> disconnectInLane(cause, name, id));
  }

  private String nameOf(String network, boolean force) {
    try {
      return engine.directory().findNetwork(network).name();
    } catch (ProblemException e) {
      if (force) {
        return network;
      }
      throw e;
    }
  }

  private void disconnectInLane(Cause cause, String network, String id) {
    Container it =
        engine.facts().container(id).orElseThrow(() -> Refusals.noSuchContainer(id).asException());
    if (network.equals(Network.HOST) && it.spec().networkName().equals(Network.HOST)) {
      throw Refusals.hostNetworkStays().asException();
    }
    Optional<NetworkAttachment> gone =
        engine.ledger().decide(cause, facts -> EndpointDecider.disconnect(facts, id, network));
    engine.steps().reach(Steps.DISCONNECT_RECORDED);
    if (gone.isPresent()) {
      Effects.clean(
          "link of " + id,
          () -> {
            engine.network().disconnect(id, gone.get().networkId());
            followPorts(id);
            rewriteFiles(id);
          });
    }
  }

  /** /etc/hosts and /etc/resolv.conf of a running container follow its networks. */
  private void rewriteFiles(String id) throws IOException {
    Optional<Container> it = engine.facts().container(id).filter(Container::isRunning);
    if (it.isPresent()) {
      engine.files().write(it.get(), requests.files(it.get(), it.get().networks()));
    }
  }

  private static void refuse(Optional<Problem> problem) {
    problem
        .map(Problem::asException)
        .ifPresent(refusal -> {
          throw refusal;
        });
  }
}
