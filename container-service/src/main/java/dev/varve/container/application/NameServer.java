package dev.varve.container.application;

import dev.varve.container.domain.Subnet;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/**
 * Answers containers' questions for names. Outlives this process, as the containers do.
 * Thread-safe.
 */
public interface NameServer {

  /**
   * The names of one network.
   *
   * @param listen the addresses it is asked at; the network's bridge has them
   * @param subnets all addresses that a question can come from
   * @param internal nobody on it learns names of the outside, whatever address he claims to have
   * @param entries none for a network that needs no answers any more
   */
  record Zone(
      String networkId,
      List<String> listen,
      List<Subnet> subnets,
      boolean internal,
      List<Entry> entries) {
    public Zone {
      subnets = List.copyOf(subnets);
      listen = List.copyOf(listen);
      entries = List.copyOf(entries);
    }
  }

  /**
   * A container on the network.
   *
   * @param names it is found by; none for an address it has elsewhere and may ask from
   * @param outside whom it may ask for names of the outside from this address
   * @param servers that are asked then; empty for the host's
   */
  record Entry(
      String id,
      String ipv4,
      String ipv6,
      List<String> names,
      Outside outside,
      List<String> servers) {
    public Entry {
      names = List.copyOf(names);
      servers = List.copyOf(servers);
    }
  }

  /** Whether names of the outside are to be had. */
  enum Outside {
    /** As for the whole network. */
    AS_NETWORK,
    /** Also where the same container is on a network whose others may not. */
    YES
  }

  /** From now on these are the names of these networks, of others nothing changes. */
  void publish(Collection<Zone> zones) throws IOException;

  /** From now on these are all networks there are. To be called first. */
  void restore(Collection<Zone> zones) throws IOException;
}
