package dev.varve.container.domain;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How the container meets the host: Docker's HostConfig as far as Varve honours it. Empty strings
 * and zeros mean Docker's defaults.
 *
 * @param shmSize bytes
 * @param memory bytes
 */
public record HostSpec(
    String networkMode,
    boolean autoRemove,
    boolean privileged,
    List<String> capAdd,
    List<String> capDrop,
    boolean readonlyRootfs,
    Optional<Boolean> init,
    List<String> securityOpt,
    List<String> groupAdd,
    String runtime,
    long shmSize,
    Map<String, String> tmpfs,
    List<String> dns,
    List<String> dnsSearch,
    List<String> dnsOptions,
    List<String> extraHosts,
    String pidMode,
    String ipcMode,
    String utsMode,
    String cgroupnsMode,
    List<Ulimit> ulimits,
    Map<String, String> sysctls,
    long memory,
    long nanoCpus,
    long cpuShares,
    OptionalLong pidsLimit,
    String restartPolicy,
    int restartMaxRetries,
    String logDriver,
    Map<String, String> logOptions,
    OptionalInt oomScoreAdj,
    int consoleHeight,
    int consoleWidth) {

  /** One resource limit of setrlimit(2), by Docker's lower-case name without RLIMIT_. */
  public record Ulimit(String name, long soft, long hard) {}
}
