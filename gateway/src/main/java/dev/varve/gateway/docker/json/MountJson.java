package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One of HostConfig.Mounts; what was not given is left out. */
@JsonNaming(UpperCamelCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record MountJson(
    String type,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String source,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String target,
    boolean readOnly,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String consistency,
    @Nullable Bind bindOptions,
    @Nullable Volume volumeOptions,
    @Nullable Tmpfs tmpfsOptions,
    @Nullable Image imageOptions) {

  @JsonNaming(UpperCamelCaseStrategy.class)
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  public record Bind(
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String propagation,
      boolean nonRecursive,
      boolean createMountpoint,
      boolean readOnlyNonRecursive,
      boolean readOnlyForceRecursive) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  public record Volume(
      boolean noCopy,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> labels,
      @Nullable Driver driverConfig,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String subpath) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Driver(String name, Map<String, String> options) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  public record Tmpfs(
      long sizeBytes,
      int mode,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<List<String>> options) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Image(String subpath) {}

  /** One of a container's Mounts: what came of it. */
  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Point(
      String type,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String name,
      String source,
      String destination,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String driver,
      String mode,
      @JsonProperty("RW") boolean writable,
      String propagation) {}
}
