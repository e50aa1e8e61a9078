package dev.varve.image.dockerfile;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The words of an expanded EXPOSE: {@code [ip:][host:]port[-port][/protocol]}. */
public final class ExposedPorts {
  private static final int MAX_PORT = 65535;
  private static final Pattern ADDRESS =
      Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}|\\[?[0-9A-Fa-f:.]{2,45}]?");

  private ExposedPorts() {}

  /**
   * One word, read.
   *
   * @param address only for form's sake: nothing is published here
   * @param hostPorts as {@code address}
   * @param protocol as written
   */
  record Spec(String address, String hostPorts, int first, int last, String protocol) {}

  /**
   * Each port once, as a configuration keeps it: {@code 80/tcp}.
   *
   * @throws DockerfileException with the instruction's place
   */
  public static List<String> of(Instruction.Expose expose) {
    Map<String, BitSet> ports = new TreeMap<>();
    try {
      for (String word : expose.ports()) {
        Spec spec = read(word);
        ports
            .computeIfAbsent(spec.protocol().toLowerCase(Locale.ROOT), p -> new BitSet())
            .set(spec.first(), spec.last() + 1);
      }
    } catch (Malformed e) {
      throw Expansion.refusal(expose, e);
    }
    List<String> found = new ArrayList<>();
    ports.forEach(
        (protocol, numbers) -> numbers.stream().forEach(port -> found.add(port + "/" + protocol)));
    return List.copyOf(found);
  }

  /**
   * @throws Malformed with Docker's text
   */
  static Spec read(String word) {
    int container = word.lastIndexOf(':');
    int host = container < 0 ? -1 : word.lastIndexOf(':', container - 1);
    String address = host < 0 ? "" : word.substring(0, host);
    String hostPorts = container < 0 ? "" : word.substring(host + 1, container);
    String ports = word.substring(container + 1);
    int slash = ports.indexOf('/');
    String range = slash < 0 ? ports : ports.substring(0, slash);
    String protocol = slash < 0 ? "" : ports.substring(slash + 1);
    if (range.isEmpty()) {
      throw new Malformed("invalid port: " + Quoted.of(word) + ": no port specified");
    }
    if (!protocol.isEmpty() && !protocol.toLowerCase(Locale.ROOT).matches("tcp|udp|sctp")) {
      throw new Malformed("invalid port: " + Quoted.of(word) + ": invalid proto: " + protocol);
    }
    if (!address.isEmpty() && !ADDRESS.matcher(address).matches()) {
      throw new Malformed("invalid IP address: " + address);
    }
    int[] bounds = range(range, "invalid containerPort: ");
    if (!hostPorts.isEmpty()) {
      int[] hostBounds = range(hostPorts, "invalid hostPort: ");
      boolean sameLength = hostBounds[1] - hostBounds[0] == bounds[1] - bounds[0];
      if (!sameLength && bounds[0] != bounds[1]) {
        throw new Malformed(
            "invalid ranges specified for container and host Ports: "
                + range
                + " and "
                + hostPorts);
      }
    }
    return new Spec(
        address, hostPorts, bounds[0], bounds[1], protocol.isEmpty() ? "tcp" : protocol);
  }

  private static int[] range(String text, String complaint) {
    int dash = text.indexOf('-');
    int first = number(dash < 0 ? text : text.substring(0, dash));
    int last = dash < 0 ? first : number(text.substring(dash + 1));
    if (first < 0 || last < first) {
      throw new Malformed(complaint + text);
    }
    return new int[] {first, last};
  }

  private static int number(String text) {
    if (!text.matches("\\d{1,9}")) {
      return -1;
    }
    int port = Integer.parseInt(text);
    return port <= MAX_PORT ? port : -1;
  }
}
