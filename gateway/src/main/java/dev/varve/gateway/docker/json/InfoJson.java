package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /info}, in groups whose fields stand side by side in the JSON. */
@JsonNaming(UpperCamelCaseStrategy.class)
public record InfoJson(
    @JsonProperty("ID") String id,
    @JsonUnwrapped Counts counts,
    @JsonUnwrapped Storage storage,
    @JsonUnwrapped Abilities abilities,
    @JsonUnwrapped Process process,
    @JsonUnwrapped Host host,
    @JsonUnwrapped Engine engine,
    @JsonUnwrapped Runtime runtime,
    List<String> warnings) {

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Counts(
      int containers,
      int containersRunning,
      int containersPaused,
      int containersStopped,
      int images) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Storage(String driver, List<List<String>> driverStatus, Plugins plugins) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Plugins(
      List<String> volume,
      List<String> network,
      @Nullable List<String> authorization,
      List<String> log) {}

  /** What the kernel lets the engine limit. */
  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Abilities(
      boolean memoryLimit,
      boolean swapLimit,
      @JsonProperty("KernelMemoryTCP") boolean kernelMemoryTcp,
      boolean cpuCfsPeriod,
      boolean cpuCfsQuota,
      @JsonProperty("CPUShares") boolean cpuShares,
      @JsonProperty("CPUSet") boolean cpuSet,
      boolean pidsLimit,
      @JsonProperty("IPv4Forwarding") boolean ipv4Forwarding) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Process(
      boolean debug,
      @JsonProperty("NFd") int nFd,
      boolean oomKillDisable,
      @JsonProperty("NGoroutines") int nGoroutines,
      String systemTime,
      String loggingDriver,
      String cgroupDriver,
      String cgroupVersion,
      @JsonProperty("NEventsListener") int nEventsListener) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Host(
      String kernelVersion,
      String operatingSystem,
      @JsonProperty("OSVersion") String osVersion,
      @JsonProperty("OSType") String osType,
      String architecture,
      String indexServerAddress,
      RegistryConfig registryConfig,
      @JsonProperty("NCPU") int nCpu,
      long memTotal,
      @Nullable List<Object> genericResources) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record RegistryConfig(
      @JsonProperty("InsecureRegistryCIDRs") List<String> insecureRegistryCidrs,
      Map<String, Index> indexConfigs,
      @Nullable List<String> mirrors) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Index(String name, List<String> mirrors, boolean secure, boolean official) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Engine(
      String dockerRootDir,
      String httpProxy,
      String httpsProxy,
      String noProxy,
      String name,
      List<String> labels,
      boolean experimentalBuild,
      String serverVersion) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Runtime(
      Map<String, RuntimePath> runtimes,
      String defaultRuntime,
      Swarm swarm,
      boolean liveRestoreEnabled,
      String isolation,
      String initBinary,
      Commit containerdCommit,
      Commit runcCommit,
      Commit initCommit,
      List<String> securityOptions,
      @JsonProperty("CDISpecDirs") List<String> cdiSpecDirs) {}

  public record RuntimePath(@JsonProperty("path") String path) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Swarm(
      @JsonProperty("NodeID") String nodeId,
      String nodeAddr,
      String localNodeState,
      boolean controlAvailable,
      String error,
      @Nullable List<Object> remoteManagers) {}

  public record Commit(@JsonProperty("ID") String id) {}
}
