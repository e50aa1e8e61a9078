package dev.varve.container.application;

import java.io.IOException;
import java.util.Collection;
import java.util.List;

/**
 * Answers containers' questions for names. Outlives this process, as the containers do. Thread-safe.
 */
public interface NameServer {

  /**
   * The names of one network.
   *
   * @param listen the addresses it is asked at; the network's bridge has them
   * @param internal nobody on it learns names of the outside
   * @param entries none for a network that needs no answers any more
   */
  record Zone(String networkId, List<String> listen, boolean internal, List<Entry> entries) {
    public Zone {
      listen = List.copyOf(listen);
      entries = List.copyOf(entries);
    }
  }

  /**
   * A container on the network.
   *
   * @param names it is found by; none for an address it has elsewhere and may ask from
   * @param servers that are asked for names of the outside; empty for the host's
   */
  record Entry(
      String id, String ipv4, String ipv6, List<String> names, List<String> servers) {
    public Entry {
      names = List.copyOf(names);
      servers = List.copyOf(servers);
    }
  }

  /** From now on these are the names of these networks, of others nothing changes. */
  void publish(Collection<Zone> zones) throws IOException;

  /** From now on these are all networks there are. To be called first. */
  void restore(Collection<Zone> zones) throws IOException;
}
