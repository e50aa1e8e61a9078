package dev.varve.container.domain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The variables by which a container learns where one is that it links to, as Docker makes them.
 */
public final class LinkEnvironment {
  /** Not told: they are every container's own. */
  private static final Set<String> OWN = Set.of("HOME", "PATH");

  private static final Comparator<PortRange> BY_NUMBER =
      Comparator.comparingInt(PortRange::first)
          .thenComparing(port -> port.protocol().equals("tcp") ? 0 : 1);

  private LinkEnvironment() {}

  /**
   * @param path {@code /own/alias}
   * @param address of the other
   * @param other whose ports and environment are told
   */
  public static List<Secret> of(String path, String address, ContainerSpec other) {
    String prefix =
        path.substring(path.lastIndexOf('/') + 1).toUpperCase(Locale.ROOT).replace('-', '_');
    List<PortRange> ports =
        other.exposedPorts().stream()
            .flatMap(port -> PortRange.parse(port).each())
            .sorted(BY_NUMBER)
            .toList();
    List<String> told = new ArrayList<>();
    if (!ports.isEmpty()) {
      told.add("_PORT=" + url(address, ports.getFirst()));
    }
    for (int from = 0; from < ports.size(); ) {
      int to = endOfRow(ports, from);
      if (to > from + 1) {
        row(told, address, ports.get(from), ports.get(to));
        from = to;
      }
      from++;
    }
    ports.forEach(port -> one(told, address, port));
    told.add("_NAME=" + path);
    for (Secret variable : other.process().env()) {
      String[] parts = variable.value().split("=", 2);
      if (parts.length == 2 && !OWN.contains(parts[0])) {
        told.add("_ENV_" + variable.value());
      }
    }
    return told.stream().map(text -> new Secret(prefix + text)).toList();
  }

  /** The last of those that follow each other from this one on, in Docker's way of counting. */
  private static int endOfRow(List<PortRange> ports, int from) {
    int to = from;
    while (to + 1 < ports.size()
        && ports.get(to + 1).first() <= ports.get(from).first() + to + 1 - from) {
      to++;
    }
    return to;
  }

  private static void row(List<String> told, String address, PortRange first, PortRange last) {
    String begin = name(first);
    told.add(begin + "_START=" + url(address, first));
    told.add(begin + "_ADDR=" + address);
    told.add(begin + "_PROTO=" + first.protocol());
    told.add(begin + "_PORT_START=" + first.first());
    told.add(begin + "_END=" + url(address, last));
    told.add(begin + "_PORT_END=" + last.first());
  }

  private static void one(List<String> told, String address, PortRange port) {
    told.add(name(port) + "=" + url(address, port));
    told.add(name(port) + "_ADDR=" + address);
    told.add(name(port) + "_PORT=" + port.first());
    told.add(name(port) + "_PROTO=" + port.protocol());
  }

  private static String name(PortRange port) {
    return "_PORT_" + port.first() + "_" + port.protocol().toUpperCase(Locale.ROOT);
  }

  private static String url(String address, PortRange port) {
    return port.protocol() + "://" + address + ":" + port.first();
  }
}
