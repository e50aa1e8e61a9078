package dev.varve.image.application.build;

import java.util.List;

/**
 * What each container of a build may use, and how it sees the world: parameters of {@code POST
 * /build}. 0 and empty are Docker's defaults.
 *
 * @param memory bytes
 * @param memorySwap memory and swap together; -1 is as much swap as there is
 * @param extraHosts {@code name:address}
 */
public record RunLimits(
    long memory,
    long memorySwap,
    long cpuShares,
    long cpuPeriod,
    long cpuQuota,
    String cpusetCpus,
    String cpusetMems,
    long shmSize,
    List<Ulimit> ulimits,
    String cgroupParent,
    List<String> extraHosts,
    List<String> securityOpt,
    String isolation) {

  public RunLimits {
    ulimits = List.copyOf(ulimits);
    extraHosts = List.copyOf(extraHosts);
    securityOpt = List.copyOf(securityOpt);
  }

  /** Docker's name of it, and both its limits. */
  public record Ulimit(String name, long soft, long hard) {}
}
