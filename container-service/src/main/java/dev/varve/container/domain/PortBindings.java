package dev.varve.container.domain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which ports a container is to publish, as it was asked for.
 *
 * @param byPort from {@code 80/tcp} to where; nowhere in particular means a free port on all
 *     addresses
 * @param all whether exposed ports without a binding are published, too
 */
public record PortBindings(SortedMap<String, List<HostAddress>> byPort, boolean all) {
  public static final PortBindings NONE = new PortBindings(new TreeMap<>(), false);

  /**
   * @param ip empty for all addresses
   * @param port a number, a range {@code 8000-8010} of which one is taken, or empty or 0 for any
   */
  public record HostAddress(String ip, String port) {
    static final HostAddress ANY = new HostAddress("", "");
  }

  /**
   * One binding to be made.
   *
   * @param hostIp empty for all addresses
   * @param first of the host's ports that will do; 0 when any will
   */
  public record Wanted(String protocol, int containerPort, String hostIp, int first, int last) {
    public boolean anyPort() {
      return first == 0;
    }

    /** The same on this address of the host. */
    public Wanted at(String otherIp) {
      return new Wanted(protocol, containerPort, otherIp, first, last);
    }
  }

  /**
   * What is to be made when the container starts, in the order of its ports.
   *
   * @param exposed ports or ranges, with or without a protocol
   */
  public List<Wanted> wanted(List<String> exposed) {
    Map<PortRange, List<HostAddress>> hosts =
        new TreeMap<>(Comparator.comparingInt(PortRange::first).thenComparing(PortRange::protocol));
    byPort.forEach((port, addresses) ->
        hosts
            .computeIfAbsent(PortRange.parse(port), _ -> new ArrayList<>())
            .addAll(addresses.isEmpty() ? List.of(HostAddress.ANY) : addresses));
    if (all) {
      exposed.stream()
          .flatMap(range -> PortRange.parse(range).each())
          .forEach(port -> hosts.putIfAbsent(port, List.of(HostAddress.ANY)));
    }
    return hosts.entrySet().stream()
        .flatMap(entry -> entry.getValue().stream().map(host -> wanted(entry.getKey(), host)))
        .distinct()
        .toList();
  }

  private static Wanted wanted(PortRange port, HostAddress host) {
    PortRange range =
        host.port().isEmpty() ? new PortRange(0, 0, port.protocol()) : PortRange.parse(host.port());
    return new Wanted(port.protocol(), port.first(), host.ip(), range.first(), range.last());
  }

  /** Every text in it. */
  Stream<String> texts() {
    return byPort.entrySet().stream()
        .flatMap(entry ->
            Stream.concat(
                Stream.of(entry.getKey()),
                entry.getValue().stream().flatMap(host -> Stream.of(host.ip(), host.port()))));
  }
}
