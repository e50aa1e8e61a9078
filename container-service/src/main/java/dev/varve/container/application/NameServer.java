package dev.varve.container.application;

import java.io.IOException;
import java.util.Collection;
import java.util.List;

/**
 * Answers containers' questions for names. Outlives this process, as the containers do.
 * Thread-safe.
 */
public interface NameServer {

  /**
   * Where questions are taken, at the addresses of the networks' bridges.
   *
   * @param open for names of the outside as well
   * @param internal for names of containers alone
   */
  record Ports(int open, int internal) {}

  /**
   * Names that the containers in it can ask for.
   *
   * @param id of the network whose names these are, or what is like one
   * @param listen the addresses it is asked at; the network's bridge has them
   * @param internal some may ask for these names who may not ask for any of the outside
   * @param entries none for a zone that is not needed any more
   */
  record Zone(String id, List<String> listen, boolean internal, List<Entry> entries) {
    public Zone {
      listen = List.copyOf(listen);
      entries = List.copyOf(entries);
    }
  }

  /**
   * A container in the zone.
   *
   * @param id from all addresses that entries of this id have in whatever zone, this one's names
   *     can be asked for
   * @param ipv4 may be empty, as the other may
   * @param names it is found by; none for one that only asks
   * @param servers that are asked for names of the outside; empty for the host's
   */
  record Entry(String id, String ipv4, String ipv6, List<String> names, List<String> servers) {
    public Entry {
      names = List.copyOf(names);
      servers = List.copyOf(servers);
    }
  }

  /** From now on these are the names of these zones, of others nothing changes. */
  void publish(Collection<Zone> zones) throws IOException;

  /** From now on these are all zones there are. To be called first. */
  void restore(Collection<Zone> zones) throws IOException;
}
