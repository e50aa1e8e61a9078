package dev.varve.container.adapter.ports;

import dev.varve.container.domain.PublishedPort;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who has which port. All addresses of a family and one of them exclude each other. Not
 * thread-safe.
 */
final class PortBook {
  private record Port(String protocol, int number) {}

  private final Map<Port, Map<String, String>> holders = new HashMap<>();

  /** The container that has the port on this address, or one that this address would take from. */
  Optional<String> holder(String protocol, String hostIp, int number) {
    Map<String, String> byAddress = holders.getOrDefault(new Port(protocol, number), Map.of());
    return byAddress.entrySet().stream()
        .filter(taken -> exclude(taken.getKey(), hostIp))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static boolean exclude(String one, String other) {
    boolean sameFamily = isIpv6(one) == isIpv6(other);
    return sameFamily && (one.equals(other) || isAny(one) || isAny(other));
  }

  static boolean isAny(String hostIp) {
    return hostIp.equals("0.0.0.0") || hostIp.equals("::");
  }

  static boolean isIpv6(String hostIp) {
    return hostIp.indexOf(':') >= 0;
  }

  void take(PublishedPort port, String containerId) {
    holders
        .computeIfAbsent(new Port(port.protocol(), port.hostPort()), _ -> new HashMap<>())
        .put(port.hostIp(), containerId);
  }

  void free(PublishedPort port) {
    holders.computeIfPresent(
        new Port(port.protocol(), port.hostPort()),
        (_, byAddress) -> {
          byAddress.remove(port.hostIp());
          return byAddress.isEmpty() ? null : byAddress;
        });
  }
}
