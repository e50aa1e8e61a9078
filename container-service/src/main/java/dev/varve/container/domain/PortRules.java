package dev.varve.container.domain;

import dev.varve.container.domain.PortBindings.HostAddress;
import dev.varve.eventlog.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What Docker refuses about the ports that a container is to publish. */
final class PortRules {
  private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "sctp");
  private static final Pattern IPV4 =
      Pattern.compile("(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");
  private static final Pattern IPV6 =
      Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:]*(\\d+\\.\\d+\\.\\d+\\.\\d+)?");

  private PortRules() {}

  static Optional<Problem> refusal(PortBindings ports) {
    for (Map.Entry<String, List<HostAddress>> entry : ports.byPort().entrySet()) {
      Optional<Problem> refusal = port(entry.getKey());
      for (HostAddress host : entry.getValue()) {
        refusal = refusal.or(() -> host(host));
      }
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    return Optional.empty();
  }

  private static Optional<Problem> port(String port) {
    String number = port.indexOf('/') < 0 ? port : port.substring(0, port.indexOf('/'));
    try {
      PortRange parsed = PortRange.parse(port);
      if (parsed.first() == 0 || parsed.first() != parsed.last()) {
        return invalid("invalid port specification: \"" + number + "\"");
      }
      return PROTOCOLS.contains(parsed.protocol())
          ? Optional.empty()
          : invalid("invalid proto: " + parsed.protocol());
    } catch (IllegalArgumentException e) {
      return invalid("invalid port specification: \"" + number + "\"");
    }
  }

  private static Optional<Problem> host(HostAddress host) {
    if (!host.ip().isEmpty()
        && !IPV4.matcher(host.ip()).matches()
        && !IPV6.matcher(host.ip()).matches()) {
      return invalid("invalid IP address: " + host.ip());
    }
    if (host.port().isEmpty()) {
      return Optional.empty();
    }
    try {
      PortRange range = PortRange.parse(host.port());
      // A range may not begin with the port that stands for any.
      boolean fits = host.port().indexOf('/') < 0 && (range.first() > 0 || range.last() == 0);
      return fits ? Optional.empty() : badHostPort(host);
    } catch (IllegalArgumentException e) {
      return badHostPort(host);
    }
  }

  private static Optional<Problem> badHostPort(HostAddress host) {
    return invalid("invalid port specification: \"" + host.port() + "\"");
  }

  private static Optional<Problem> invalid(String message) {
    return Optional.of(Refusals.invalid(message));
  }
}
