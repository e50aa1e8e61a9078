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
    return new HostSpec(
        it.networkMode(),
        it.autoRemove(),
        it.privileged(),
        it.capAdd(),
        it.capDrop(),
        it.readonlyRootfs(),
        it.init(),
        it.securityOpt(),
        it.groupAdd(),
        it.runtime(),
        it.shmSize(),
        it.tmpfs(),
        it.dns(),
        it.dnsSearch(),
        it.dnsOptions(),
        it.extraHosts(),
        it.pidMode(),
        it.ipcMode(),
        it.utsMode(),
        it.cgroupnsMode(),
        it.ulimits(),
        it.sysctls(),
        it.memory(),
        it.nanoCpus(),
        it.cpuShares(),
        it.pidsLimit(),
        policy,
        most,
        it.logDriver(),
        it.logOptions(),
        it.oomScoreAdj(),
        it.consoleHeight(),
        it.consoleWidth());
  }

  /** A second between the probes, two to fail. */
  public static HealthCheck check(String... test) {
    return new HealthCheck(List.of(test), 1_000_000_000L, 0, 0, 0, 2);
  }

  public static ContainerSpec spec(HealthCheck check, Map<String, String> labels) {
    ContainerSpec it = Specs.spec();
    return new ContainerSpec(
        it.image(),
        it.imageId(),
        it.hostname(),
        it.domainname(),
        labels,
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
    RequestedConfig it = Specs.asked(process, Specs.host());
    return new RequestedConfig(
        it.image(),
        it.imageId(),
        it.hostname(),
        it.domainname(),
        restart ? Map.of(ContainerSpec.RESTART_WHEN_UNHEALTHY, "true") : Map.of(),
        it.process(),
        it.entrypointGiven(),
        it.host(),
        it.exposedPorts(),
        it.volumes(),
        Optional.of(check),
        it.onBuild(),
        it.shell(),
        it.networkDisabled());
  }
}
