package dev.varve.container.domain;

import dev.varve.eventlog.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What Docker refuses about a container's end of a network. */
public final class EndpointRules {
  private static final Pattern MAC = Pattern.compile("[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}");

  private EndpointRules() {}

  /**
   * @param network empty while it does not exist
   */
  public static Optional<Problem> refusal(EndpointSpec spec, Optional<Network> network) {
    List<String> errors = new ArrayList<>();
    String name = network.map(Network::name).orElse(spec.network());
    boolean fixed = !spec.ipv4().isEmpty() || !spec.ipv6().isEmpty();
    if (Network.isBuiltin(name)) {
      if (fixed) {
        errors.add("user specified IP address is supported on user defined networks only");
      }
      if (!spec.aliases().isEmpty()) {
        errors.add("network-scoped aliases are only supported for user-defined networks");
      }
    }
    address(spec.ipv4(), false, errors);
    address(spec.ipv6(), true, errors);
    for (String text : spec.linkLocal()) {
      if (IpAddress.read(text).isEmpty()) {
        errors.add("invalid link-local IP address: " + text);
      }
    }
    if (!spec.macAddress().isEmpty() && !MAC.matcher(spec.macAddress()).matches()) {
      errors.add("invalid MAC address: " + spec.macAddress());
    }
    if (errors.isEmpty() && fixed && network.isPresent()) {
      inRange(spec.ipv4(), false, network.get(), errors);
      inRange(spec.ipv6(), true, network.get(), errors);
    }
    return errors.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Refusals.invalid(
                "invalid endpoint settings:\n"
                    + (errors.size() == 1
                        ? errors.getFirst()
                        : "* " + String.join("\n* ", errors))));
  }

  private static void address(String text, boolean v6, List<String> errors) {
    if (text.isEmpty()) {
      return;
    }
    if (IpAddress.read(text).filter(it -> it.v6() == v6).isEmpty()) {
      errors.add("invalid " + (v6 ? "IPv6" : "IPv4") + " address: " + text);
    }
  }

  private static void inRange(String text, boolean v6, Network network, List<String> errors) {
    if (text.isEmpty()) {
      return;
    }
    List<AddressPool> pools = network.pools(v6);
    if (pools.stream().noneMatch(AddressPool::given)) {
      errors.add(
          "user specified IP address is supported only when connecting to networks with user"
              + " configured subnets");
    } else if (pools.stream().noneMatch(it -> it.block().contains(IpAddress.parse(text)))) {
      errors.add("no configured subnet contains IP address " + text);
    }
  }
}
