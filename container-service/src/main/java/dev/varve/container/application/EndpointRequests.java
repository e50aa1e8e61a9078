package dev.varve.container.application;

import dev.varve.container.application.ContainerNetwork.EndpointRequest;
import dev.varve.container.application.ContainerNetwork.Names;
import dev.varve.container.domain.Container;
import dev.varve.container.domain.EndpointRules;
import dev.varve.container.domain.EndpointSpec;
import dev.varve.container.domain.HostSpec;
import dev.varve.container.domain.Link;
import dev.varve.container.domain.Lookup;
import dev.varve.container.domain.Namespaces;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.NetworkModeRules;
import dev.varve.container.domain.Refusals;
import dev.varve.container.domain.RequestedConfig;
import dev.varve.container.domain.Routing;
import dev.varve.eventlog.Problem;
import dev.varve.eventlog.ProblemException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a container's choice of networks means among the networks and containers there are. */
final class EndpointRequests {
  private final Engine engine;

  EndpointRequests(Engine engine) {
    this.engine = engine;
  }

  /**
   * The same with networks by their names and the other container of a mode by its id. A network
   * that does not exist yet stays as it was called; whoever starts the container hears of it.
   */
  RequestedConfig resolve(RequestedConfig asked) {
    refuse(NetworkModeRules.refusal(asked));
    HostSpec host = asked.host();
    String mode = host.networkMode();
    if (mode.startsWith(Namespaces.OF_CONTAINER)) {
      String other = mode.substring(Namespaces.OF_CONTAINER.length());
      return asked.with(host.on(Namespaces.OF_CONTAINER + idOf(other), List.of()));
    }
    host = host.with(host.nameResolution().with(links(host)));
    List<EndpointSpec> endpoints = new ArrayList<>();
    for (EndpointSpec endpoint : host.endpoints()) {
      String reference = endpoint.network().equals("default") ? Network.BRIDGE : endpoint.network();
      Optional<Network> network = find(reference);
      refuse(
          EndpointRules.refusal(endpoint, network)
              .map(problem ->
                  Refusals.invalid(
                      "invalid config for network "
                          + endpoint.network()
                          + ": "
                          + problem.message())));
      endpoints.add(endpoint.named(network.map(Network::name).orElse(reference)));
    }
    String first = find(mode).map(Network::name).orElse(mode.isEmpty() ? Network.BRIDGE : mode);
    endpoints.sort(
        Comparator.<EndpointSpec>comparingInt(it -> it.network().equals(first) ? 0 : 1)
            .thenComparing(EndpointSpec::network));
    return asked.with(endpoints.isEmpty() ? host : host.on(mode, endpoints));
  }

  /** Those of the default bridge by id; on other networks it is their endpoints that have them. */
  private List<Link> links(HostSpec host) {
    String mode = host.networkMode();
    boolean ofUser = !mode.isEmpty() && !mode.equals("default") && !Network.isBuiltin(mode);
    return ofUser ? List.of() : host.nameResolution().links().stream().map(this::toId).toList();
  }

  private Link toId(Link link) {
    Container other;
    try {
      other = Lookup.find(engine.directory(), link.container());
      while (other.spec().networkName().startsWith(Namespaces.OF_CONTAINER)) {
        String next = other.spec().networkName().substring(Namespaces.OF_CONTAINER.length());
        other = Lookup.find(engine.directory(), next);
      }
    } catch (ProblemException e) {
      throw Refusals.linkToNobody(link.container(), e.problem()).asException();
    }
    if (other.spec().networkName().equals(Network.HOST)) {
      throw Refusals.linkToHost().asException();
    }
    return new Link(other.id(), link.alias());
  }

  private String idOf(String container) {
    try {
      return Lookup.find(engine.directory(), container).id();
    } catch (ProblemException e) {
      // "Not found" would tell the command line that the image is.
      throw Refusals.invalid(e.problem().message()).asException();
    }
  }

  private Optional<Network> find(String reference) {
    try {
      return Optional.of(engine.directory().findNetwork(reference));
    } catch (ProblemException e) {
      return Optional.empty();
    }
  }

  /**
   * All places that a run of the container needs; none for one on no network.
   *
   * @throws ProblemException when a network does not exist
   */
  List<EndpointRequest> requests(Container it) {
    List<EndpointRequest> requests = new ArrayList<>();
    for (EndpointSpec endpoint : engine.directory().endpoints(it)) {
      Network network =
          find(endpoint.network())
              .orElseThrow(() -> Refusals.noSuchNetwork(endpoint.network()).asException());
      requests.add(request(it, endpoint.named(network.name()), network));
    }
    return requests;
  }

  EndpointRequest request(Container it, EndpointSpec endpoint, Network network) {
    boolean choosable = network.spec().pools().stream().anyMatch(pool -> pool.given());
    return new EndpointRequest(
        network, endpoint, choosable ? spared(it, network) : Set.of(), names(it));
  }

  /** Fixed addresses of the others, who may be stopped now. */
  private Set<String> spared(Container it, Network network) {
    Set<String> spared = new HashSet<>();
    for (Container other : engine.directory().newestFirst()) {
      if (!other.id().equals(it.id())) {
        for (EndpointSpec endpoint : engine.directory().endpoints(other)) {
          if (endpoint.network().equals(network.name())) {
            spared.add(endpoint.ipv4());
            spared.add(endpoint.ipv6());
          }
        }
      }
    }
    return spared;
  }

  /** What the files of a run with these places say of networks. */
  RunFiles.Networking files(Container it, List<NetworkAttachment> attachments) {
    Routing routing = Routing.of(attachments, engine.directory()::networkById);
    return new RunFiles.Networking(
        attachments, routing.nameServer(), new Links(engine).hosts(it, attachments), hostGateway());
  }

  /** Docker's is that of the default bridge, whatever network the container is on. */
  private String hostGateway() {
    return engine.directory().network(Network.BRIDGE).map(Network::gateway).orElse("127.0.0.1");
  }

  static Names names(Container it) {
    Set<String> own = new LinkedHashSet<>(List.of(it.name(), it.shortId()));
    if (!it.spec().hostname().isEmpty()) {
      own.add(it.spec().hostname());
    }
    return new Names(List.copyOf(own), it.spec().host().nameResolution().dns());
  }

  private static void refuse(Optional<Problem> problem) {
    problem
        .map(Problem::asException)
        .ifPresent(refusal -> {
          throw refusal;
        });
  }
}
