package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One of {@code GET /containers/json}. */
@JsonNaming(UpperCamelCaseStrategy.class)
public record ContainerSummaryJson(
    String id,
    List<String> names,
    String image,
    @JsonProperty("ImageID") String imageId,
    String command,
    long created,
    List<Port> ports,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long sizeRw,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long sizeRootFs,
    Map<String, String> labels,
    String state,
    String status,
    Host hostConfig,
    Networks networkSettings,
    List<MountJson.Point> mounts) {

  /** A port; its last two only where it is published. */
  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Port(
      @JsonProperty("IP") @JsonInclude(JsonInclude.Include.NON_EMPTY) String ip,
      int privatePort,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) int publicPort,
      String type) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Host(String networkMode) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Networks(Map<String, EndpointJson> networks) {}
}
