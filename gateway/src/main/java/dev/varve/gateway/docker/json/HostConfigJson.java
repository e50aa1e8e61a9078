package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A container's HostConfig. */
@JsonNaming(UpperCamelCaseStrategy.class)
public record HostConfigJson(
    @Nullable List<String> binds,
    @JsonProperty("ContainerIDFile") String containerIdFile,
    LogConfig logConfig,
    String networkMode,
    Map<String, List<PortBindingJson>> portBindings,
    RestartPolicy restartPolicy,
    boolean autoRemove,
    String volumeDriver,
    @Nullable List<String> volumesFrom,
    List<Integer> consoleSize,
    @Nullable List<String> capAdd,
    @Nullable List<String> capDrop,
    String cgroupnsMode,
    List<String> dns,
    List<String> dnsOptions,
    List<String> dnsSearch,
    @Nullable List<String> extraHosts,
    @Nullable List<String> groupAdd,
    String ipcMode,
    String cgroup,
    @Nullable List<String> links,
    int oomScoreAdj,
    String pidMode,
    boolean privileged,
    boolean publishAllPorts,
    boolean readonlyRootfs,
    @Nullable List<String> securityOpt,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> tmpfs,
    @JsonProperty("UTSMode") String utsMode,
    String usernsMode,
    long shmSize,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> sysctls,
    String runtime,
    String isolation,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> storageOpt,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> annotations,
    @JsonUnwrapped Limits limits,
    @JsonUnwrapped BlockIo blockIo,
    @JsonUnwrapped Cpu cpu,
    @JsonUnwrapped Devices devices,
    @JsonUnwrapped Memory memory,
    @JsonUnwrapped Windows windows,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<MountJson> mounts,
    @Nullable List<String> maskedPaths,
    @Nullable List<String> readonlyPaths,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean init) {

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record LogConfig(String type, Map<String, String> config) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record RestartPolicy(String name, int maximumRetryCount) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Limits(long cpuShares, long memory, long nanoCpus, String cgroupParent) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record BlockIo(
      int blkioWeight,
      List<DeviceWeight> blkioWeightDevice,
      List<DeviceRate> blkioDeviceReadBps,
      List<DeviceRate> blkioDeviceWriteBps,
      @JsonProperty("BlkioDeviceReadIOps") List<DeviceRate> blkioDeviceReadIops,
      @JsonProperty("BlkioDeviceWriteIOps") List<DeviceRate> blkioDeviceWriteIops) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record DeviceWeight(String path, long weight) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record DeviceRate(String path, long rate) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Cpu(
      long cpuPeriod,
      long cpuQuota,
      long cpuRealtimePeriod,
      long cpuRealtimeRuntime,
      String cpusetCpus,
      String cpusetMems) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Devices(
      List<DeviceMapping> devices,
      @Nullable List<String> deviceCgroupRules,
      @Nullable List<DeviceRequest> deviceRequests) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record DeviceMapping(
      String pathOnHost, String pathInContainer, String cgroupPermissions) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record DeviceRequest(String driver, List<List<String>> capabilities) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Memory(
      long memoryReservation,
      long memorySwap,
      @Nullable Long memorySwappiness,
      @Nullable Boolean oomKillDisable,
      @Nullable Long pidsLimit,
      List<Ulimit> ulimits) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Ulimit(String name, long hard, long soft) {}

  /** Always there, never other than zero here. */
  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Windows(
      long cpuCount,
      long cpuPercent,
      @JsonProperty("IOMaximumIOps") long ioMaximumIops,
      @JsonProperty("IOMaximumBandwidth") long ioMaximumBandwidth) {
    public static final Windows NONE = new Windows(0, 0, 0, 0);
  }
}
