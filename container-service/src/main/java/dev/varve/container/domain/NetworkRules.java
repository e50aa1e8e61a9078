package dev.varve.container.domain;

import dev.varve.eventlog.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What Docker refuses about a network before it makes anything. */
final class NetworkRules {
  private static final Set<String> FLAGS =
      Set.of(NetworkOptions.ICC, NetworkOptions.MASQUERADE, NetworkOptions.DEFAULT_BRIDGE);
  private static final Set<String> BOOLEANS =
      Set.of("1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False");

  private NetworkRules() {}

  static Optional<Problem> refusal(NetworkSpec spec) {
    if (spec.name().isBlank()) {
      return refuse("invalid network name: name is empty");
    }
    if (Network.isBuiltin(spec.name()) || spec.name().equals("default")) {
      return Optional.of(Refusals.builtinNetwork(spec.name()));
    }
    if (!spec.ipam().driver().equals(NetworkSpec.Ipam.DEFAULT.driver())) {
      return Optional.of(Refusals.noSuchDriver(spec.ipam().driver()));
    }
    return driver(spec.driver())
        .or(() -> families(spec))
        .or(() -> pools(spec))
        .or(() -> several(spec))
        .or(() -> options(spec));
  }

  private static Optional<Problem> driver(String driver) {
    return switch (driver) {
      case Network.BRIDGE, Network.MACVLAN, Network.IPVLAN -> Optional.empty();
      case Network.HOST, Network.NULL ->
          Optional.of(
              Refusals.forbidden("only one instance of \"" + driver + "\" network is allowed"));
      case "overlay" ->
          Optional.of(
              Refusals.unavailable(
                  "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm"
                      + " join\" to connect this node to swarm and try again."));
      default -> Optional.of(Refusals.noSuchDriver(driver));
    };
  }

  private static Optional<Problem> families(NetworkSpec spec) {
    return spec.ipv4() || spec.ipv6() ? Optional.empty() : refuse("IPv4 or IPv6 must be enabled");
  }

  private static Optional<Problem> pools(NetworkSpec spec) {
    List<String> errors = new ArrayList<>();
    for (AddressPool pool : spec.pools()) {
      pool(pool, spec.ipv6(), errors);
    }
    return errors.isEmpty()
        ? Optional.empty()
        : refuse(
            "invalid network config:\n"
                + (errors.size() == 1 ? errors.getFirst() : "* " + String.join("\n* ", errors)));
  }

  /** A bridge has one subnet of each family. */
  private static Optional<Problem> several(NetworkSpec spec) {
    List<Boolean> families =
        spec.pools().stream()
            .filter(pool -> !pool.subnet().isEmpty())
            .map(AddressPool::v6)
            .toList();
    return spec.driver().equals(Network.BRIDGE)
            && families.stream().distinct().count() < families.size()
        ? Optional.of(Refusals.forbidden("bridge driver doesn't support multiple subnets"))
        : Optional.empty();
  }

  private static void pool(AddressPool pool, boolean ipv6, List<String> errors) {
    if (pool.subnet().isEmpty() && pool.gateway().isEmpty() && pool.ipRange().isEmpty()) {
      return;
    }
    Optional<Subnet> parsed = Subnet.read(pool.subnet());
    if (parsed.isEmpty()) {
      errors.add("invalid subnet " + pool.subnet() + ": invalid CIDR block notation");
      return;
    }
    Subnet subnet = parsed.get();
    if (subnet.v6() && !ipv6) {
      return;
    }
    if (!subnet.isExact()) {
      errors.add("invalid subnet " + subnet + ": it should be " + subnet.exact());
    }
    if (!pool.ipRange().isEmpty()) {
      range(pool.ipRange(), subnet, errors);
    }
    if (!pool.gateway().isEmpty()) {
      address("gateway " + pool.gateway(), pool.gateway(), subnet, errors);
    }
    for (Map.Entry<String, String> entry : pool.auxiliary().entrySet()) {
      address("auxiliary address " + entry.getKey(), entry.getValue(), subnet, errors);
    }
  }

  private static void range(String text, Subnet subnet, List<String> errors) {
    String what = "invalid ip-range " + text + ": ";
    Optional<Subnet> parsed = Subnet.read(text);
    if (parsed.isEmpty()) {
      errors.add(what + "invalid CIDR block notation");
    } else if (parsed.get().v6() != subnet.v6()) {
      errors.add(what + "parent subnet is an " + family(subnet) + " block");
    } else if (parsed.get().prefixLength() < subnet.prefixLength()) {
      errors.add(what + "CIDR block is bigger than its parent subnet " + subnet);
    } else if (!parsed.get().isExact()) {
      errors.add(what + "it should be " + parsed.get().exact());
    } else if (!subnet.overlaps(parsed.get())) {
      errors.add(what + "parent subnet " + subnet + " doesn't contain ip-range");
    }
  }

  private static void address(String what, String text, Subnet subnet, List<String> errors) {
    Optional<IpAddress> parsed = IpAddress.read(text);
    if (parsed.isEmpty()) {
      errors.add("invalid " + what + ": invalid address");
    } else if (parsed.get().v6() != subnet.v6()) {
      errors.add("invalid " + what + ": parent subnet is an " + family(subnet) + " block");
    } else if (!subnet.contains(parsed.get())) {
      errors.add("invalid " + what + ": parent subnet " + subnet + " doesn't contain this address");
    }
  }

  private static String family(Subnet subnet) {
    return subnet.v6() ? "IPv6" : "IPv4";
  }

  private static Optional<Problem> options(NetworkSpec spec) {
    for (Map.Entry<String, String> option : spec.options().entrySet()) {
      String key = option.getKey();
      String value = option.getValue();
      if (FLAGS.contains(key) && !BOOLEANS.contains(value)) {
        return refuse(
            "failed to parse %s value: \"%s\" (strconv.ParseBool: parsing \"%s\": invalid syntax)"
                .formatted(key, value, value));
      }
      if (key.equals(NetworkOptions.MTU) && !isMtu(value)) {
        return refuse(
            "failed to parse %s value: \"%s\" (strconv.Atoi: parsing \"%s\": invalid syntax)"
                .formatted(key, value, value));
      }
      if (key.equals(NetworkOptions.HOST_BINDING)
          && IpAddress.read(value).filter(it -> !it.v6()).isEmpty()) {
        return refuse("failed to parse %s value: \"%s\" (nil ip)".formatted(key, value));
      }
      if (key.equals(NetworkOptions.BRIDGE_NAME) && !value.matches("[A-Za-z0-9_.-]{1,15}")) {
        return refuse("invalid bridge name: " + value);
      }
    }
    return switch (spec.driver()) {
      case Network.MACVLAN, Network.IPVLAN -> onParent(spec);
      default -> Optional.empty();
    };
  }

  private static Optional<Problem> onParent(NetworkSpec spec) {
    if ("lo".equals(spec.options().get(NetworkOptions.PARENT))) {
      return refuse("loopback interface is not a valid %s parent link".formatted(spec.driver()));
    }
    return spec.driver().equals(Network.MACVLAN)
        ? choice(
            spec, NetworkOptions.MACVLAN_MODE, List.of("bridge", "private", "vepa", "passthru"))
        : choice(spec, NetworkOptions.IPVLAN_MODE, List.of("l2", "l3", "l3s"))
            .or(() ->
                choice(spec, NetworkOptions.IPVLAN_FLAG, List.of("bridge", "private", "vepa")));
  }

  /**
   * @param values the first is the driver's default
   */
  private static Optional<Problem> choice(NetworkSpec spec, String key, List<String> values) {
    String value = spec.options().getOrDefault(key, "");
    return value.isEmpty() || values.contains(value)
        ? Optional.empty()
        : refuse(
            "requested %s '%s' is not valid, '%s'%s is the %s driver default"
                .formatted(
                    key.replace('_', ' '),
                    value,
                    values.getFirst(),
                    key.endsWith("_mode") ? " mode" : "",
                    spec.driver()));
  }

  private static boolean isMtu(String value) {
    return value.matches("[0-9]{1,5}") && Integer.parseInt(value) <= 65535;
  }

  private static Optional<Problem> refuse(String message) {
    return Optional.of(Refusals.invalid(message));
  }
}
