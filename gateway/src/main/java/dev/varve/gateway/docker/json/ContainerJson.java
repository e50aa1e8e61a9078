package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /containers/{id}/json}. */
@JsonNaming(UpperCamelCaseStrategy.class)
public record ContainerJson(
    String id,
    String created,
    String path,
    List<String> args,
    StateJson state,
    String image,
    String resolvConfPath,
    String hostnamePath,
    String hostsPath,
    String logPath,
    String name,
    int restartCount,
    String driver,
    String platform,
    String mountLabel,
    String processLabel,
    String appArmorProfile,
    @JsonProperty("ExecIDs") @Nullable List<String> execIds,
    HostConfigJson hostConfig,
    GraphDriverJson graphDriver,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long sizeRw,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long sizeRootFs,
    List<Object> mounts,
    ConfigJson config,
    NetworkSettingsJson networkSettings) {

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record StateJson(
      String status,
      boolean running,
      boolean paused,
      boolean restarting,
      @JsonProperty("OOMKilled") boolean oomKilled,
      boolean dead,
      long pid,
      int exitCode,
      String error,
      String startedAt,
      String finishedAt,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable HealthJson health,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ExitCauseJson exitCause) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record HealthJson(String status, int failingStreak, List<ProbeJson> log) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record ProbeJson(String start, String end, int exitCode, String output) {}

  /** Docker has no such thing. */
  @JsonNaming(UpperCamelCaseStrategy.class)
  public record ExitCauseJson(String kind, int signal, String call, String actor) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record NetworkSettingsJson(
      String bridge,
      @JsonProperty("SandboxID") String sandboxId,
      String sandboxKey,
      Map<String, @Nullable Object> ports,
      boolean hairpinMode,
      @JsonProperty("LinkLocalIPv6Address") String linkLocalIpv6Address,
      @JsonProperty("LinkLocalIPv6PrefixLen") int linkLocalIpv6PrefixLen,
      @JsonProperty("SecondaryIPAddresses") @Nullable List<Object> secondaryIpAddresses,
      @JsonProperty("SecondaryIPv6Addresses") @Nullable List<Object> secondaryIpv6Addresses,
      @JsonProperty("EndpointID") String endpointId,
      String gateway,
      @JsonProperty("GlobalIPv6Address") String globalIpv6Address,
      @JsonProperty("GlobalIPv6PrefixLen") int globalIpv6PrefixLen,
      @JsonProperty("IPAddress") String ipAddress,
      @JsonProperty("IPPrefixLen") int ipPrefixLen,
      @JsonProperty("IPv6Gateway") String ipv6Gateway,
      String macAddress,
      Map<String, EndpointJson> networks) {}
}
