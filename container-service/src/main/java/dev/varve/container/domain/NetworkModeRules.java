package dev.varve.container.domain;

import dev.varve.eventlog.Problem;
import java.util.List;
import java.util.Optional;

/** What Docker refuses about options that contradict the network mode. */
public final class NetworkModeRules {
  private static final String CONFLICT = "conflicting options: ";

  private NetworkModeRules() {}

  /** Of what was asked for, before defaults are filled in. */
  public static Optional<Problem> refusal(RequestedConfig asked) {
    HostSpec host = asked.host();
    String mode = host.networkMode();
    boolean shared = mode.startsWith(Namespaces.OF_CONTAINER);
    if (mode.equals(Namespaces.OF_CONTAINER) || mode.equals("container")) {
      return Optional.of(
          Refusals.invalid("Invalid network mode: invalid container format container:<name|id>"));
    }
    if (!host.nameResolution().links().isEmpty() && (shared || mode.equals(Network.HOST))) {
      return refuse(
          (shared ? "container type network" : "host type networking")
              + " can't be used with links. This would result in undefined behavior");
    }
    if (!shared) {
      return Optional.empty();
    }
    if (!asked.hostname().isEmpty()) {
      return refuse("hostname and the network mode");
    }
    if (!host.nameResolution().dns().isEmpty()) {
      return refuse("dns and the network mode");
    }
    if (!host.nameResolution().extraHosts().isEmpty()) {
      return refuse("custom host-to-IP mapping and the network mode");
    }
    if (hasMac(host.endpoints())) {
      return refuse("mac-address and the network mode");
    }
    if (!host.ports().byPort().isEmpty() || host.ports().all()) {
      return refuse("port publishing and the container type network mode");
    }
    if (!asked.exposedPorts().isEmpty()) {
      return refuse("port exposing and the container type network mode");
    }
    return Optional.empty();
  }

  private static boolean hasMac(List<EndpointSpec> endpoints) {
    return endpoints.stream().anyMatch(it -> !it.macAddress().isEmpty());
  }

  private static Optional<Problem> refuse(String what) {
    return Optional.of(Refusals.invalid(CONFLICT + what));
  }
}
