package dev.varve.container.domain;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that was decided about a container at its creation; changes afterwards by updates
 * only.
 *
 * @param image what the user typed
 * @param imageId sha256:… the image its root file system is built from
 */
public record ContainerSpec(
    String image,
    String imageId,
    String hostname,
    String domainname,
    Map<String, String> labels,
    ProcessSpec process,
    HostSpec host,
    List<String> exposedPorts,
    List<String> volumes,
    Optional<HealthCheck> healthCheck,
    List<String> onBuild,
    List<String> shell,
    boolean networkDisabled) {

  /** Annotation: the wish to be restarted when the health check fails. */
  static final String RESTART_WHEN_UNHEALTHY = "dev.varve.health.restart";

  /** Annotation: the build that the container is a step of. It goes with its build. */
  public static final String BUILD = "dev.varve.build";

  /** What it is connected to, unless that is changed; none for modes without links of its own. */
  public List<EndpointSpec> endpoints() {
    String mode = networkName();
    if (mode.equals(Network.HOST)
        || mode.equals(Network.NONE)
        || mode.startsWith(Namespaces.OF_CONTAINER)) {
      return List.of();
    }
    return host.endpoints().isEmpty() ? List.of(EndpointSpec.on(mode)) : host.endpoints();
  }

  /** Whether there is a health check that looks at it. */
  public boolean isProbed() {
    List<String> test = healthCheck.map(HealthCheck::test).orElse(List.of());
    return test.size() > 1
        && (test.getFirst().equals("CMD") || test.getFirst().equals("CMD-SHELL"));
  }

  /** The build that it is a step of. */
  public Optional<String> build() {
    return Optional.ofNullable(host.annotations().get(BUILD));
  }

  boolean restartsWhenUnhealthy() {
    return Boolean.parseBoolean(host.annotations().get(RESTART_WHEN_UNHEALTHY));
  }

  /** Labels and annotations that the engine itself obeys begin so; an image can have none. */
  public static final String RESERVED_LABELS = "dev.varve.";

  /** The network it joins, by its name. */
  public String networkName() {
    if (networkDisabled) {
      return Network.NONE;
    }
    return switch (host.networkMode()) {
      case "", "default" -> Network.BRIDGE;
      default -> host.networkMode();
    };
  }

  /** The same with another first process. */
  public ContainerSpec with(ProcessSpec other) {
    return new ContainerSpec(
        image,
        imageId,
        hostname,
        domainname,
        labels,
        other,
        host,
        exposedPorts,
        volumes,
        healthCheck,
        onBuild,
        shell,
        networkDisabled);
  }

  /** The same with another side towards the host. */
  public ContainerSpec with(HostSpec other) {
    return new ContainerSpec(
        image,
        imageId,
        hostname,
        domainname,
        labels,
        process,
        other,
        exposedPorts,
        volumes,
        healthCheck,
        onBuild,
        shell,
        networkDisabled);
  }

  /** Docker's HEALTHCHECK; durations in nanoseconds, 0 for the default. */
  public record HealthCheck(
      List<String> test,
      long intervalNanos,
      long timeoutNanos,
      long startPeriodNanos,
      long startIntervalNanos,
      int retries) {}
}
