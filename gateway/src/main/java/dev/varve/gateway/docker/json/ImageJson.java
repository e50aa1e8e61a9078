package dev.varve.gateway.docker.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.UpperCamelCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /images/{name}/json}. */
@JsonNaming(UpperCamelCaseStrategy.class)
public record ImageJson(
    String id,
    List<String> repoTags,
    List<String> repoDigests,
    String parent,
    String comment,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String created,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String container,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Map<String, Object> containerConfig,
    String dockerVersion,
    String author,
    Map<String, Object> config,
    String architecture,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String variant,
    String os,
    long size,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long virtualSize,
    GraphDriverJson graphDriver,
    @JsonProperty("RootFS") RootFs rootFs,
    Metadata metadata) {

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record RootFs(
      String type, @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> layers) {}

  @JsonNaming(UpperCamelCaseStrategy.class)
  public record Metadata(String lastTagTime) {}
}
