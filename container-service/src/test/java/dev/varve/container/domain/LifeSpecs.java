package dev.varve.container.domain;

import dev.varve.container.domain.ContainerSpec.HealthCheck;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Specifications for tests of restarts and health. */
public final class LifeSpecs {
  private LifeSpecs() {}

  public static HostSpec restart(String policy, int most) {
    HostSpec it = Specs.host();
    return it.with(it.resources(), new RestartPolicy(policy, most));
  }

  /** A second between the probes, two to fail. */
  public static HealthCheck check(String... test) {
    return new HealthCheck(List.of(test), 1_000_000_000L, 0, 0, 0, 2);
  }

  public static ContainerSpec spec(HealthCheck check) {
    return spec(check, Specs.host());
  }

  public static ContainerSpec restartedWhenUnhealthy() {
    return spec(check("CMD", "true"), annotated());
  }

  private static ContainerSpec spec(HealthCheck check, HostSpec host) {
    ContainerSpec it = Specs.spec(Specs.process("true"), host);
    return new ContainerSpec(
        it.image(),
        it.imageId(),
        it.hostname(),
        it.domainname(),
        it.labels(),
        it.process(),
        it.host(),
        it.exposedPorts(),
        it.volumes(),
        Optional.of(check),
        it.onBuild(),
        it.shell(),
        it.networkDisabled());
  }

  /** To be looked at, and restarted when unhealthy if so wished. */
  public static RequestedConfig asked(ProcessSpec process, HealthCheck check, boolean restart) {
    RequestedConfig it = Specs.asked(process, restart ? annotated() : Specs.host());
    return new RequestedConfig(
        it.image(),
        it.imageId(),
        it.hostname(),
        it.domainname(),
        it.labels(),
        it.process(),
        it.entrypointGiven(),
        it.host(),
        it.exposedPorts(),
        it.volumes(),
        Optional.of(check),
        it.onBuild(),
        it.shell(),
        it.networkDisabled(),
        it.mountImages());
  }

  private static HostSpec annotated() {
    HostSpec it = Specs.host();
    return new HostSpec(
        it.networkMode(),
        it.autoRemove(),
        it.runtime(),
        it.init(),
        it.restartPolicy(),
        it.log(),
        it.namespaces(),
        it.privileges(),
        it.fileSystems(),
        it.nameResolution(),
        it.devices(),
        it.resources(),
        it.cgroupParent(),
        it.ulimits(),
        it.oomScoreAdj(),
        it.sysctls(),
        Map.of(ContainerSpec.RESTART_WHEN_UNHEALTHY, "true"),
        it.isolation(),
        it.consoleSize(),
        it.ports(),
        it.endpoints());
  }
}
