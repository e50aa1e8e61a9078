package dev.varve.container.application;

import dev.varve.container.domain.EndpointSpec;
import dev.varve.container.domain.Network;
import dev.varve.container.domain.NetworkAttachment;
import dev.varve.container.domain.Subnet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Networks and the network namespaces of containers. Namespaces for the default bridge alone are
 * prepared ahead, so that {@link #lease} usually takes one from a pool in microseconds.
 *
 * <p>Order of a run: {@link #lease} claims addresses, they are recorded as NetworkConnected, {@link
 * #wire} makes the links, the run, its end, {@link #release}. A network is {@link #add}ed after it
 * is on record; one that is to go is first {@link #retire}d, so that nobody gets on it any more.
 *
 * <p>What cannot be had (an address that is taken, a pool that is exhausted) is refused with a
 * {@link dev.varve.eventlog.ProblemException}.
 */
public interface ContainerNetwork {

  /** A namespace that can be joined, and the places on networks claimed for it. */
  record Lease(List<NetworkAttachment> attachments, Path namespace) {}

  /**
   * A place on a network that is asked for.
   *
   * @param spared addresses that others, now stopped, will want to have
   * @param names that the container is to be found by
   */
  record EndpointRequest(Network network, EndpointSpec spec, Set<String> spared, Names names) {}

  /**
   * What a container is called by others on a network.
   *
   * @param own its name, id and whatever is the same on each network; aliases come to that
   * @param servers that it wants to ask for names of the outside
   */
  record Names(List<String> own, List<String> servers) {
    public Names {
      own = List.copyOf(own);
      servers = List.copyOf(servers);
    }
  }

  /**
   * At start, once: makes bridges, addresses and rules of all networks as they should be, and takes
   * those away that are none of them.
   */
  void restore(Collection<Network> networks) throws IOException;

  /** Makes a further network. Idempotent. */
  void add(Network network) throws IOException;

  /**
   * Lets nobody on the network any more.
   *
   * @return false when somebody is on it, which stays so
   */
  boolean retire(String networkId);

  /** Takes back {@link #retire}. */
  void reopen(String networkId);

  /** Removes what there is of a retired network. Idempotent. */
  void remove(Network network) throws IOException;

  /** Networks of all routes and addresses of this host, which no new one may overlap. */
  List<Subnet> inUse() throws IOException;

  /**
   * A namespace, and places on the networks.
   *
   * @param requests not empty; the first is eth0
   */
  Lease lease(String containerId, List<EndpointRequest> requests) throws IOException;

  /** Makes the links of all places that have none yet, and what follows: routes, name server. */
  void wire(String containerId) throws IOException;

  /** A further place for a running container; {@link #wire} follows when it is on record. */
  NetworkAttachment claim(String containerId, EndpointRequest request) throws IOException;

  /** Takes one place away from a running container, its link and address. Idempotent. */
  void disconnect(String containerId, String networkId) throws IOException;

  /** A namespace with nothing but loopback, for network mode none. */
  Path isolated(String containerId) throws IOException;

  /** The namespace of another container that runs, for network mode container. */
  Path joined(String containerId, String otherId) throws IOException;

  /** The container has another name from now on. */
  default void renamed(String containerId, String oldName, String newName) throws IOException {}

  /**
   * Deletes the container's namespace, and with it its interfaces; frees its addresses. Idempotent.
   */
  void release(String containerId) throws IOException;

  /**
   * At start: keeps what belongs to the running containers, makes what of it is missing, deletes
   * every other namespace and interface of this engine.
   */
  void reconcile(Map<String, Running> running) throws IOException;

  /** A running container's places on networks, and what it is called there. */
  record Running(List<NetworkAttachment> attachments, Names names) {}
}
